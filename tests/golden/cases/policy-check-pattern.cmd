cp -r "$policy" p && sed -i "s/\"asv\"/\"[asv\"/" p/lexicon/fr.yaml && "$vigie" policy check p/spaces/lobby.yaml
