"$vigie" key list now
