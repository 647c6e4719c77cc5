"$vigie" policy check "$policy"
