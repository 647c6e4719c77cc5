echo 'P@ssw0rd2026!' | "$vigie" user add x --password-file - --data d
