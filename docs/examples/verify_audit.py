#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify_audit.py FILE KEY: checks an export of Vigie's audit log (vigie audit export) with nothing but the log's verifier key."""
import base64, hashlib, json, sys
def need(good, what): return good or sys.exit(f"does not check: {what}")
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
P = 2**255 - 19; D = -121665 * pow(121666, -1, P) % P                      # Ed25519: RFC 8032, 5.1
def plus(a, b):
    t = D * a[0] * b[0] * a[1] * b[1]
    return (a[0]*b[1] + b[0]*a[1]) * pow(1 + t, -1, P) % P, (a[1]*b[1] + a[0]*b[0]) * pow(1 - t, -1, P) % P
def times(n, p): return plus(times(n // 2, plus(p, p)), p if n % 2 else (0, 1)) if n else (0, 1)
def point(b):
    n = int.from_bytes(b, "little"); y = n % 2**255; x2 = (y*y - 1) * pow(D*y*y + 1, -1, P) % P; x = pow(x2, (P + 3) // 8, P)
    if (x*x - x2) % P: x = x * pow(2, (P - 1) // 4, P) % P
    need((x*x - x2) % P == 0, "a point of the signature")
    return (P - x if x % 2 != n >> 255 else x), y
def signed(key, text, sig):
    k = int.from_bytes(hashlib.sha512(sig[:32] + key + text).digest(), "little"); s = int.from_bytes(sig[32:], "little")
    return times(s, point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))) == plus(point(sig[:32]), times(k, point(key)))
def node(left, right): return sha(b"\1", left, right)                      # RFC 9162, 2.1.1
def root_of(n, size, leaf, path):                                          # of the tree that has this leaf as number n: RFC 9162, 2.1.3
    need(bool(path) == (size > 1), "the length of a proof")
    if not path: return leaf
    half = 1 << (size - 1).bit_length() - 1
    return node(root_of(n, half, leaf, path[:-1]), path[-1]) if n < half else node(path[-1], root_of(n - half, size - half, leaf, path[:-1]))

name, key_hash, key = sys.argv[2].split("+", 2)
head, *entries = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
text, signatures = head["checkpoint"].split("\n\n", 1)
(origin, size, root), signature_of = text.split("\n")[:3], [line.split(" ")[1:] for line in signatures.splitlines()]
size, root, ours = int(size), base64.b64decode(root), [base64.b64decode(value) for who, value in signature_of if who == name == origin]
need(any(s[:4].hex() == key_hash and signed(base64.b64decode(key)[1:], (text + "\n").encode(), s[4:]) for s in ours), "the checkpoint's signature")
at, chain = head.get("before", 0), None                                    # entries that retention took, and the edge of their tree
stack = [(n, bytes.fromhex(h)) for n, h in zip([i for i in range(62, -1, -1) if at >> i & 1], head.get("edge", []))]
for e in entries:
    fields = b"".join(b"%d:%s\n" % (len(f), f) for f in (e[k].encode() for k in ("actor", "action", "object", "detail")))
    data = bytes.fromhex(e["previous"]) + b"%d\n%d\n" % (e["seq"], e["time_ms"]) + fields
    leaf, at = sha(b"\0", data), at + 1
    if "proof" in e:
        proved = 0 < e["seq"] <= size and root_of(e["seq"] - 1, size, leaf, [bytes.fromhex(h) for h in e["proof"]]) == root
        need(proved, f"entry {e['seq']} or its proof")
        continue
    need(e["seq"] == at, f"entry {at} is missing")
    need(chain in (None, e["previous"]), f"entry {at} or the one before it was altered")
    chain = (leaf if e["version"] == 2 else hashlib.blake2b(data, digest_size=32).digest()).hex()
    stack.append((0, leaf))
    while len(stack) > 1 and stack[-1][0] == stack[-2][0]: (n, right), (_, left) = stack.pop(), stack.pop(); stack.append((n + 1, node(left, right)))
if "before" in head:
    need(at == size, f"entry {at + 1} is missing")
    while len(stack) > 1: right = stack.pop()[1]; stack[-1] = (0, node(stack[-1][1], right))
    need(stack[0][1] == root, "the tree: entries are not those that the checkpoint was signed over")
print(f"{len(entries)} entries check against the checkpoint of {size} entries that {name} signed")
