"$vigie" policy check --language fr "$policy/spaces/forum.yaml"
