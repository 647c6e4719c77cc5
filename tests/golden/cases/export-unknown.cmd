"$vigie" key create --space lobby --data d >/dev/null 2>&1; "$vigie" export nobody --space lobby --data d
