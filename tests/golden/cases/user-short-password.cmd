echo short | "$vigie" user add x --password-file - --data d
