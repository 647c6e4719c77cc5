"$vigie"
