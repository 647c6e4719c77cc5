"$vigie" bank create good --source x --effect ban --data d
