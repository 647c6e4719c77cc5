"$vigie" key create --space lobby --data d >/dev/null 2>&1; "$vigie" key revoke 7 --data d
