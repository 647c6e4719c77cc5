// SPDX-License-Identifier: Apache-2.0
// docs/openapi.yaml against the running server: what has the tag `signin`.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { after, test } from 'node:test';
import { SecurityKey, totp } from './authenticator.lib.mjs';
import { addUser, command, freePort, makeHome, signIn, start } from './lib.mjs';
import { Provider } from './oidc.lib.mjs';
import { driver, whileLocked } from './openapi.lib.mjs';

const home = makeHome();
const data = `${home}/data`;
const names = ['lea', 'marc', 'nora', 'paul', 'lock'];
const password = Object.fromEntries(names.map((name) => [name, addUser(data, name, 'referent')]));
password.lead = addUser(data, 'lead', 'lead');
writeFileSync(`${home}/secret`, 'a secret & more');
const port = await freePort(), provider = await new Provider().start();
provider.redirect = `http://localhost:${port}/v1/oidc/callback`;
const oidc = ['--oidc-issuer', provider.issuer, '--oidc-client-id', 'vigie', '--oidc-client-secret-file', `${home}/secret`];
command(['user', 'link', 'nora', '--oidc-issuer', provider.issuer, '--subject', 'u-1', '--data', data]);
const server = await start({ home, port, options: ['--require-second-factor', 'lead', ...oidc], env: { VIGIE_SIGNINS: '600' } });
const { drive, whole } = driver('signin', server);
const session = {};
for (const name of [...names, 'lead']) session[name] = await signIn(server, name, password[name]);
const key = new SecurityKey(`http://localhost:${server.port}`);
const cookie = (answer, name) => new RegExp(`${name}=[^;]+`).exec(answer.headers['set-cookie'].join())[0];
const wrongToken = { ...session.lea, csrf: 'wrong' };
const long = 'x'.repeat(70_000);
const crossSite = { 'Sec-Fetch-Site': 'cross-site' };

async function addTotp(by, name = 'Telephone') {
  const begun = (await drive('beginFactor', 200, { by, body: { kind: 'totp' } })).json;
  const added = await drive('confirmFactor', 201, { by, body: { ticket: begun.ticket, name, code: totp(begun.totp.secret) } });
  return { secret: begun.totp.secret, ...added.json };
}

let lea;
test('second factors', async () => {
  await drive('listFactors', 401);
  assert.deepEqual((await drive('listFactors', 200, { by: session.lea })).json.factors, []);
  lea = await addTotp(session.lea);
  const begun = (await drive('beginFactor', 200, { by: session.lea, body: { kind: 'webauthn' } })).json;
  await drive('confirmFactor', 400, { by: session.lea, body: { ticket: begun.ticket, name: 'Key' } });
  await drive('confirmFactor', 410, { by: session.marc, body: { ticket: begun.ticket, name: 'Key', code: '1' } });
  lea.key = (await drive('confirmFactor', 201, { by: session.lea, body: { ticket: begun.ticket, name: 'Key', ...key.register(begun.webauthn) } })).json.factor;
  const again = (await drive('beginFactor', 200, { by: session.lea, body: { kind: 'webauthn' } })).json;
  await drive('confirmFactor', 409, { by: session.lea, body: { ticket: again.ticket, name: 'Key', ...key.register(again.webauthn) } });
  assert.equal((await drive('listFactors', 200, { by: session.lea })).json.factors.length, 2);
  await drive('beginFactor', 400, { by: session.lea, body: { kind: 'sms' } });
  await drive('renameFactor', 204, { by: session.lea, params: { id: lea.key.id }, body: { name: 'Bureau' } });
  await drive('renameFactor', 400, { by: session.lea, params: { id: lea.key.id }, body: { name: '' } });
  await drive('renameFactor', 404, { by: session.lea, params: { id: 999 }, body: { name: 'x' } });
  await drive('removeFactor', 404, { by: session.lea, params: { id: 999 } });
  await drive('newRecoveryCodes', 201, { by: session.lea });
  await drive('newRecoveryCodes', 409, { by: session.marc });
});

test('signing in, in one and in two steps', async () => {
  await drive('signIn', 200, { body: { name: 'marc', password: password.marc } });
  let step = await drive('signIn', 202, { body: { name: 'lea', password: password.lea } });
  let headers = { Cookie: cookie(step, 'vigie_step') };
  assert.equal((await drive('signInWays', 200, { headers })).json.pending.ticket, step.json.ticket);
  assert.equal((await drive('signInWays', 200)).json.pending, null);
  const { ticket } = step.json;
  await drive('secondStep', 400, { headers, body: { ticket } , valid: false });
  await drive('secondStep', 401, { headers, body: { ticket, code: '000000' } });
  await drive('secondStep', 403, { headers: { ...headers, ...crossSite }, body: { ticket, code: '000000' } });
  await drive('secondStep', 410, { body: { ticket, code: '000000' } });
  await drive('secondStep', 413, { headers, body: { ticket, code: long } });
  await drive('secondStep', 415, { headers, body: 'x', type: 'text/plain' });
  await drive('secondStep', 200, { headers, body: { ticket, ...key.assert(step.json.webauthn) } });
  step = await drive('beginPasskey', 202);
  headers = { Cookie: cookie(step, 'vigie_step') };
  await drive('secondStep', 200, { headers, body: { ticket: step.json.ticket, ...key.assert(step.json.webauthn) } });
  await drive('beginPasskey', 403, { headers: crossSite });
});

test('signing in with a provider', async () => {
  const visit = async (to) => {
    const out = await drive('beginProvider', 302, { query: '?return=%23%2Fqueue', to });
    const answer = await new Promise((resolve) => http.get(out.headers.location, { agent: false }, resolve));
    answer.resume();
    return { headers: { Cookie: cookie(out, 'vigie_oidc') }, query: new URL(answer.headers.location).search };
  };
  const mine = await visit();
  await drive('finishProvider', 200, mine);
  await drive('finishProvider', 403, mine); // the code was used
  await drive('finishProvider', 400);
  await drive('beginProvider', 400, { query: '?return=https://evil.example' });
  const late = await visit();
  provider.fault = 'down';
  await drive('finishProvider', 503, late);
  provider.fault = '';
  const gone = await start({ home: makeHome(), options: oidc.map((o) => (o === provider.issuer ? 'http://127.0.0.1:9' : o)), env: { VIGIE_SIGNINS: '1' } });
  await drive('beginProvider', 503, { to: gone });
  await drive('beginProvider', 429, { to: gone });
  await drive('finishProvider', 429, { to: gone });
  await gone.stop();
});

test('what is refused', async () => {
  const body = { name: 'marc', password: 'not this one' };
  await drive('signIn', 400, { body: { name: 'marc' } });
  await drive('signIn', 401, { body });
  await drive('signIn', 403, { body, headers: crossSite });
  await drive('signIn', 413, { body: { name: 'marc', password: long } });
  await drive('signIn', 415, { body: 'x', type: 'text/plain' });
  for (let i = 0; i < 5; i++) await drive('signIn', 401, { body: { name: 'nobody', password: 'not this one' } });
  await drive('signIn', 429, { body: { name: 'nobody', password: 'not this one' } });
  const with_ = { proveAgain: { body: { password: 'x' } }, beginFactor: { body: { kind: 'totp' } }, confirmFactor: { body: { ticket: 'x', name: 'x', code: '1' } },
    renameFactor: { params: { id: 1 }, body: { name: 'x' } }, removeFactor: { params: { id: 1 } }, newRecoveryCodes: {} };
  for (const [id, given] of Object.entries(with_)) {
    await drive(id, 401, given);
    await drive(id, 403, { ...given, by: wrongToken });
    if (!given.body) continue;
    await drive(id, 415, { ...given, by: session.lea, body: 'x', type: 'text/plain' });
    await drive(id, 413, { ...given, by: session.lea, body: { x: long } });
  }
});

test('the password once more', async () => {
  const by = session.lock;
  await drive('proveAgain', 204, { by, body: { password: password.lock } });
  await drive('proveAgain', 400, { by, body: {} });
  for (let i = 0; i < 5; i++) await drive('proveAgain', 403, { by, body: { password: 'x' } });
  await drive('proveAgain', 429, { by, body: { password: password.lock } });
});

test('at most twenty factors; the last one stays where a role needs one', async () => {
  for (let i = 0; i < 20; i++) await addTotp(session.paul, `Telephone ${i}`);
  await drive('beginFactor', 409, { by: session.paul, body: { kind: 'totp' } });
  const { factor } = await addTotp(session.lead);
  await drive('removeFactor', 409, { by: session.lead, params: { id: factor.id } });
  const other = await addTotp(session.lead);
  await drive('removeFactor', 204, { by: session.lead, params: { id: other.factor.id } });
});

test('while another writes: 503, and nothing is half done', async () => {
  const step = await drive('signIn', 202, { body: { name: 'lea', password: password.lea } });
  const headers = { Cookie: cookie(step, 'vigie_step') }, by = session.lea, params = { id: lea.key.id };
  const { recovery_codes: codes } = (await drive('newRecoveryCodes', 201, { by })).json;
  const begun = (await drive('beginFactor', 200, { by, body: { kind: 'totp' } })).json;
  await whileLocked(data, () =>
    Promise.all([
      drive('signIn', 503, { body: { name: 'nora', password: password.nora } }),
      drive('secondStep', 503, { headers, body: { ticket: step.json.ticket, recovery: codes[0] } }),
      drive('proveAgain', 503, { by, body: { password: password.lea } }),
      drive('confirmFactor', 503, { by, body: { ticket: begun.ticket, name: 'x', code: totp(begun.totp.secret) } }),
      drive('renameFactor', 503, { by, params, body: { name: 'x' } }),
      drive('removeFactor', 503, { by, params }),
      drive('newRecoveryCodes', 503, { by }),
    ]),
  );
  await drive('secondStep', 200, { headers, body: { ticket: step.json.ticket, recovery: codes[0] } });
});

test('too many from one address', async () => {
  const small = await start({ home: makeHome(), env: { VIGIE_SIGNINS: '3' } });
  const few = driver('signin', small);
  for (let i = 0; i < 3; i++) await few.drive('beginPasskey', 202);
  await drive('beginPasskey', 429, { to: small });
  await drive('beginProvider', 404, { to: small });
  await drive('finishProvider', 404, { to: small });
  await drive('secondStep', 429, { to: small, body: { ticket: 'x', code: '1' } });
  await small.stop();
});

test('every answer that the document names was met', () =>
  whole({ 'signInWays 503': 'reading goes on while another writes', 'listFactors 503': 'as for signInWays', 'beginFactor 503': 'as for signInWays', 'beginPasskey 503': 'out of memory' }));

after(async () => {
  await provider.stop();
  await server.stop();
});
