"$vigie" --version
