"$vigie" key create --data d
