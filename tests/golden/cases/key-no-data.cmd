"$vigie" key list --data nowhere
