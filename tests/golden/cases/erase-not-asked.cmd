"$vigie" erase nobody --space lobby --data d </dev/null
