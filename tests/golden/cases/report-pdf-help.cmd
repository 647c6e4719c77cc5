"$vigie" report pdf --help
