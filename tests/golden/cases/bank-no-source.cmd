"$vigie" bank create good --data d
