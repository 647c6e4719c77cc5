cp -r "$policy" p && sed -i "s/^\( *\)secrecy: .*/\1secrecy: 7/" p/spaces/lobby.yaml && "$vigie" policy check p/spaces/lobby.yaml
