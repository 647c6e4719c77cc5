"$vigie" user add x --role king --data d
