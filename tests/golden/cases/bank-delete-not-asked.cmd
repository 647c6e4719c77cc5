"$vigie" bank create good --source x --data d && "$vigie" bank delete good --data d
