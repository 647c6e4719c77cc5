"$vigie" user add "A B" --data d
