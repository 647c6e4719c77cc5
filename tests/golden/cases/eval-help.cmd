"$vigie" eval --help
