"$vigie" fly
