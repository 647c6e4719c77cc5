"$vigie" key revoke
