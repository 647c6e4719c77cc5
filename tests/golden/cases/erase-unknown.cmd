"$vigie" key create --space lobby --data d >/dev/null 2>&1; "$vigie" erase nobody --space lobby --yes --data d
