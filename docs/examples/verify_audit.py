#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify_audit.py FILE KEY: checks an export of Vigie's audit log (vigie audit export) with nothing but the log's verifier key."""
import base64, hashlib, json, sys

def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def node(left, right): return sha(b"\1", left, right)                      # RFC 9162, 2.1.1
def need(good, what):
    if not good: sys.exit(f"does not check: {what}")

P = 2**255 - 19; D = -121665 * pow(121666, -1, P) % P                      # Ed25519: RFC 8032, 5.1
def plus(a, b):
    x1, y1, x2, y2 = *a, *b; t = D * x1 * x2 * y1 * y2
    return (x1*y2 + x2*y1) * pow(1 + t, -1, P) % P, (y1*y2 + x1*x2) * pow(1 - t, -1, P) % P
def times(n, p):
    q = (0, 1)
    for bit in bin(n)[2:]: q = plus(q, q); q = plus(q, p) if bit == "1" else q
    return q
def point(b):
    n = int.from_bytes(b, "little"); y = n % 2**255; x2 = (y*y - 1) * pow(D*y*y + 1, -1, P) % P; x = pow(x2, (P + 3) // 8, P)
    if (x*x - x2) % P: x = x * pow(2, (P - 1) // 4, P) % P
    need((x*x - x2) % P == 0, "a point of the signature")
    return (P - x if x % 2 != n >> 255 else x), y
def signed(key, text, sig):
    k = int.from_bytes(hashlib.sha512(sig[:32] + key + text).digest(), "little"); s = int.from_bytes(sig[32:], "little")
    return times(s, point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))) == plus(point(sig[:32]), times(k, point(key)))

name, key_hash, key = sys.argv[2].split("+", 2)
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
head, entries = lines[0], lines[1:]
text, signatures = head["checkpoint"].split("\n\n", 1)
origin, size, root = (text + "\n").split("\n")[:3]
size, root = int(size), base64.b64decode(root)
ours = [base64.b64decode(line.split(" ")[2]) for line in signatures.splitlines() if line.split(" ")[1] == name]
need(origin == name and any(s[:4].hex() == key_hash and signed(base64.b64decode(key)[1:], (text + "\n").encode(), s[4:]) for s in ours), "the checkpoint's signature")
at = head.get("before", 0)                                                 # entries that retention took, and the edge of their tree
stack = [(n, bytes.fromhex(h)) for n, h in zip([i for i in range(62, -1, -1) if at >> i & 1], head.get("edge", []))]
chain = None
for e in entries:
    fields = b"".join(b"%d:%s\n" % (len(f), f) for f in (e[k].encode() for k in ("actor", "action", "object", "detail")))
    data = bytes.fromhex(e["previous"]) + b"%d\n%d\n" % (e["seq"], e["time_ms"]) + fields
    leaf = sha(b"\0", data)
    if "proof" in e:                                                       # RFC 9162, 2.1.3.2
        f, s, h = e["seq"] - 1, size - 1, leaf
        need(0 <= f <= s, f"entry {e['seq']} is not in the checkpoint")
        for p in map(bytes.fromhex, e["proof"]):
            need(s > 0, f"the proof of entry {e['seq']}")
            if f & 1 or f == s:
                h = node(p, h)
                while not f & 1 and f: f, s = f >> 1, s >> 1
            else: h = node(h, p)
            f, s = f >> 1, s >> 1
        need(s == 0 and h == root, f"the proof of entry {e['seq']}")
        continue
    at += 1
    need(e["seq"] == at, f"entry {at} is missing")
    need(chain in (None, e["previous"]), f"entry {at} or the one before it was altered")
    chain = (leaf if e["version"] == 2 else hashlib.blake2b(data, digest_size=32).digest()).hex()
    level = 0
    while stack and stack[-1][0] == level: leaf = node(stack.pop()[1], leaf); level += 1
    stack.append((level, leaf))
if "before" in head:
    need(at == size, f"entry {at + 1} is missing")
    tree = stack.pop()[1]
    while stack: tree = node(stack.pop()[1], tree)
    need(tree == root, "the tree: entries are not those that the checkpoint was signed over")
print(f"{len(entries)} entries check against the checkpoint of {size} entries that {name} signed")
