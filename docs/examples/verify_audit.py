#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify_audit.py FILE KEY: checks an export of Vigie's audit log (vigie audit export) with nothing but the log's verifier key."""
import base64, hashlib, json, sys
P, D = 2**255 - 19, 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3     # Ed25519: RFC 8032, 5.1
BASE = 0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a, 4 * pow(5, -1, P) % P
def need(good, what): return good or sys.exit(f"does not check: {what}")
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def number(b): return int.from_bytes(b, "little")
def plus(a, b):
    t = D * a[0] * b[0] * a[1] * b[1]
    return (a[0]*b[1] + b[0]*a[1]) * pow(1 + t, -1, P) % P, (a[1]*b[1] + a[0]*b[0]) * pow(1 - t, -1, P) % P
def times(n, p): return plus(times(n // 2, plus(p, p)), p if n % 2 else (0, 1)) if n else (0, 1)
def signed(key, text, sig):                                     # is s BASE - k KEY the point R that the signature begins with?
    y, k = number(key) % 2**255, number(hashlib.sha512(sig[:32] + key + text).digest())
    x2, i = (y*y - 1) * pow(D*y*y + 1, -1, P), pow(2, (P - 1) // 4, P)
    x = [x for r in (1, -1, i, -i) for x in [r * pow(x2, (P + 3) // 8, P) % P] if (x*x - x2) % P == 0 and x % 2 != key[31] >> 7]
    r = plus(times(number(sig[32:]), BASE), times(k, (need(x, "KEY")[0], y)))
    return number(sig[:32]) == r[1] + (r[0] % 2 << 255)
def root_of(n, size, leaf, path):                               # of the tree that has this leaf as number n: RFC 9162, 2.1.3
    if size == 1 or not path: return leaf if size == 1 and not path else b""
    half = 1 << (size - 1).bit_length() - 1
    if n < half: return sha(b"\1", root_of(n, half, leaf, path[:-1]), path[-1])
    return sha(b"\1", path[-1], root_of(n - half, size - half, leaf, path[:-1]))
name, _, key = sys.argv[2].split("+", 2)
head, *entries = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
text, signatures = head["checkpoint"].split("\n\n", 1)
(origin, size, root), lines = text.split("\n")[:3], [line.split(" ")[1:] for line in signatures.splitlines()]
need([s for who, s in lines if who == name == origin and signed(base64.b64decode(key)[1:], f"{text}\n".encode(), base64.b64decode(s)[4:])], "the signature")
at, chain = head.get("before", -1) + 1, None                    # the entry that has to come now (0: any), and the hash of the one before it
for e in entries:
    need(at in (0, e["seq"]) and 0 < e["seq"] <= int(size), f"entry {at} is missing")
    need(chain in (None, e["previous"]), f"entry {at - 1} was altered, or what entry {at} says of it")
    fields = [e[k].encode() for k in ("actor", "action", "object", "detail")]
    data = bytes.fromhex(e["previous"]) + b"%d\n%d\n" % (e["seq"], e["time_ms"]) + b"".join(b"%d:%s\n" % (len(f), f) for f in fields)
    proof, hashed = e.get("proof"), sha(b"\0", data) if e["version"] == 2 else hashlib.blake2b(data, digest_size=32).digest()
    need(proof is None or root_of(e["seq"] - 1, int(size), sha(b"\0", data), [*map(bytes.fromhex, proof)]) == base64.b64decode(root), f"entry {e['seq']}")
    at, chain = (0, None) if proof is not None else (e["seq"] + 1, hashed.hex())   # an entry proves the next one's past, or is proved itself
need(not at, f"entry {at} is missing")
print(f"{len(entries)} entries check against the checkpoint of {size} entries that {origin} signed")
