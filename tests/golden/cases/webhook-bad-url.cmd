"$vigie" webhook add --space lobby --url http://game.example/ --data d
