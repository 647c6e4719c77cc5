"$vigie" bank create Bad --source x --data d
