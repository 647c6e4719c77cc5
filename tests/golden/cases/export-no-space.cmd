"$vigie" export nobody --data d
