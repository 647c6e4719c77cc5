"$vigie" policy check --language de "$policy"
