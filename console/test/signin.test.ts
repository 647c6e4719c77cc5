// SPDX-License-Identifier: Apache-2.0
// Keys between JSON and the browser, where a provider may lead back to, and the QR code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStep, providerAddress } from '../src/api-signin';
import { qrPath } from '../src/views/qr';
import { creationOptions, fromBase64url, requestOptions, toBase64url } from '../src/webauthn';

test('base64url, both ways, every length', () => {
  for (let n = 0; n < 70; n++) {
    const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 37 + n) & 255);
    const text = toBase64url(bytes.buffer);
    assert.equal(text, Buffer.from(bytes).toString('base64url'));
    assert.deepEqual([...fromBase64url(text)], [...bytes]);
  }
});

test('a creation asks for a passkey where there can be one, for no attestation, and names what is there already', () => {
  const options = creationOptions({
    challenge: 'AAEC',
    rp_id: 'vigie.example',
    user: { id: '_w', name: 'lea', display: '' },
    exclude: ['AQI'],
    algorithms: [-7, -8, -257],
  });
  assert.deepEqual([...(options.challenge as Uint8Array)], [0, 1, 2]);
  assert.equal(options.rp.id, 'vigie.example');
  assert.equal(options.user.displayName, 'lea');
  assert.deepEqual([...(options.user.id as Uint8Array)], [255]);
  assert.equal(options.attestation, 'none');
  assert.deepEqual(options.pubKeyCredParams.map((p) => p.alg), [-7, -8, -257]);
  assert.deepEqual([...(options.excludeCredentials?.[0]?.id as Uint8Array)], [1, 2]);
  assert.equal(options.authenticatorSelection?.residentKey, 'preferred');
});

test('a request of a passkey names nobody', () => {
  const options = requestOptions({ challenge: 'AAEC', rp_id: 'vigie.example', credentials: [], user_verification: 'required' });
  assert.deepEqual(options.allowCredentials, []);
  assert.equal(options.userVerification, 'required');
});

test('the provider leads back to a page of the console and nowhere else', () => {
  assert.equal(providerAddress('#/case/c-000001'), '/v1/oidc/start?return=%23%2Fcase%2Fc-000001');
  assert.equal(providerAddress('#/queue?view=open&space=lobby'), '/v1/oidc/start?return=%23%2Fqueue%3Fview%3Dopen%26space%3Dlobby');
  for (const hash of ['', '#', '#x', 'https://evil.example', '#/<script>', `#/${'x'.repeat(300)}`])
    assert.equal(providerAddress(hash), '/v1/oidc/start?return=%23%2Fqueue');
});

test('a step is known from a session', () => {
  assert.ok(isStep({ second_factor: ['totp'], ticket: 'x', expires: '' }));
  assert.ok(!isStep({ csrf: 'x' } as never));
});

test('the QR code has its three finder patterns, its margin, and only dark squares', () => {
  const { size, d } = qrPath('otpauth://totp/Vigie:lea?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Vigie&algorithm=SHA1&digits=6&period=30');
  const dark = new Set([...d.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map((m) => `${m[1]},${m[2]}`));
  assert.equal((size - 8 - 17) % 4, 0, 'a size that the standard knows');
  for (const [x, y] of [[4, 4], [size - 11, 4], [4, size - 11]] as const)
    for (let i = 0; i < 7; i++) for (const at of [`${x + i},${y}`, `${x + i},${y + 6}`, `${x},${y + i}`, `${x + 6},${y + i}`]) assert.ok(dark.has(at), at);
  for (let i = 0; i < size; i++) assert.ok(!dark.has(`${i},3`) && !dark.has(`3,${i}`) && !dark.has(`${i},${size - 4}`), 'the margin is light');
});
