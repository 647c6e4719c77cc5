printf 'conversation,author,text\na,x,1\na,y\n' >talks.csv
"$vigie" eval --policy "$policy" --space lobby talks.csv
