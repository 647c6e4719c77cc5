"$vigie" case export --help
