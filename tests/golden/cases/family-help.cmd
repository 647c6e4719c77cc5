"$vigie" key --help
