python3 - <<'END'
import sqlite3
db = sqlite3.connect("rds.db")
db.execute("CREATE TABLE FILE (sha256 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL, md5 VARCHAR NOT NULL, file_name VARCHAR NOT NULL, file_size INTEGER NOT NULL, package_id INTEGER NOT NULL, PRIMARY KEY (sha256, sha1, md5, file_name, file_size, package_id))")
for n, package in ((1, 1), (1, 2), (2, 1)):
    db.execute("INSERT INTO FILE VALUES (?,?,?,?,?,?)", ("%064X" % n, "%040X" % n, "%032X" % n, "file", 10, package))
db.execute("INSERT INTO FILE VALUES ('broken','','','file',10,1)")
db.commit()
other = sqlite3.connect("other.db")
other.execute("CREATE TABLE something (a)")
other.commit()
END
"$vigie" bank create good --source NSRL --effect allow --data d && "$vigie" bank import good rds.db --category "known good" --data d && "$vigie" bank search 00000000000000000000000000000002 --data d && "$vigie" bank import good other.db --data d
