"$vigie" lexicon test "$policy" 2>/dev/null # the count on standard error changes with every expression
