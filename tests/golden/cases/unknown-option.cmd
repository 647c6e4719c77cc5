"$vigie" assess --colour
