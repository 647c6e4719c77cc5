"$vigie" bank create good --source x --data d && "$vigie" bank refresh good --data d; "$vigie" bank refresh good --feed ncmec --feed-url http://example.org/v2 --data d
