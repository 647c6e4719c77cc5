"$vigie" user add claire --data d >/dev/null 2>&1; "$vigie" audit verify --data d
