"$vigie" key
