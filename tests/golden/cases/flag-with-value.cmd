"$vigie" assess --explain=yes
