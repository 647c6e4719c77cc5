#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies the proof that a demand was carried out: verify_demand.py PROOF.json [KEY]

PROOF.json is what `vigie demand proof` or GET /v1/demands/ID/proof gives: a DSSE envelope. KEY: the 64 hexadecimal digits that you trust; without
it the envelope's own key is used, which says that nothing was altered and not whose it is. Needs Python 3 and openssl 3, nothing of Vigie.
"""
import base64
import json
import subprocess
import sys
import tempfile

TYPE = 'application/vnd.vigie.demand-proof+json'


def main():
    envelope = json.load(open(sys.argv[1], encoding='utf-8'))
    payload = base64.b64decode(envelope['payload'], validate=True)
    named = envelope['signatures'][0]['keyid'].removeprefix('ed25519:')
    key = sys.argv[2] if len(sys.argv) > 2 else named
    if envelope['payloadType'] != TYPE or key != named:
        sys.exit('not verified: another kind of document, or another key: ' + named)
    with tempfile.TemporaryDirectory() as folder:
        files = {  # an Ed25519 key as DER is twelve bytes and the key; what is signed: DSSE's PAE
            'key': bytes.fromhex('302a300506032b6570032100' + key),
            'signed': b'DSSEv1 %d %s %d %s' % (len(TYPE), TYPE.encode(), len(payload), payload),
            'signature': base64.b64decode(envelope['signatures'][0]['sig'], validate=True),
        }
        for name, content in files.items():
            with open(f'{folder}/{name}', 'wb') as file:
                file.write(content)
        checked = subprocess.run(['openssl', 'pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', f'{folder}/key', '-rawin', '-in', f'{folder}/signed',
                                  '-sigfile', f'{folder}/signature'], capture_output=True, check=False)
    if checked.returncode:
        sys.exit('not verified: the signature does not fit')
    proof = json.loads(payload)
    print(f"verified with {named}: {proof['demand']} of {proof['authority']}, {proof['reference']}")
    for item in proof['items']:
        print(f"  {item['kind']} {item['value']!r}: unreachable since {item.get('unreachable_since', '(not said)')}")


main()
