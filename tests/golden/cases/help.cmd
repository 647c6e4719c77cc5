"$vigie" --help
