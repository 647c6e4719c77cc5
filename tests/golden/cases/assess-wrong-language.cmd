"$vigie" assess --explain --language de --policy "$policy" </dev/null
