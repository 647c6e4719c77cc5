"$vigie" key create --space lobby --data d >/dev/null 2>&1; chmod 644 d/keys/ring; "$vigie" key list --data d
