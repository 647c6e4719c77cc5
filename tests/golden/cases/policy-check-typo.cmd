cp -r "$policy" p && sed -i "s/^thresholds:/treshold:/" p/spaces/lobby.yaml && "$vigie" policy check p
