"$vigie" serve --port 99999
