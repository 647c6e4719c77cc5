"$vigie" serve --port
