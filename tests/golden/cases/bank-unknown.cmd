"$vigie" bank create good --source x --data d && "$vigie" bank import other list.txt --data d
