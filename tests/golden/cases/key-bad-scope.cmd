"$vigie" key create --space lobby --scopes fly --data d
