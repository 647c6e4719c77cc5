"$vigie" assess --policy "$policy" </dev/null
