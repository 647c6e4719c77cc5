"$vigie" assess --policy /nonexistent </dev/null
