// SPDX-License-Identifier: Apache-2.0
// An OpenID provider on this machine: discovery, authorization, token endpoint with its checks (client, redirect address, PKCE, one use of a
// code), key sets with real keys, and the faults that a client has to see through. `fault` bends the next answers; `person` is who consents.
import { createHash, createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import http from 'node:http';

const b64 = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');
const kinds = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

export class Provider {
  constructor({ clientId = 'vigie', secret = 'a secret & more', algorithm = 'RS256' } = {}) {
    Object.assign(this, { clientId, secret, fault: '', codes: new Map(), used: new Set(), asked: { discovery: 0, keys: 0, token: 0 } });
    this.person = { sub: 'u-1', preferred_username: 'claire', name: 'Claire M.', groups: [], locale: 'fr-FR' };
    this.rotate(algorithm);
  }
  rotate(algorithm = this.algorithm) {
    this.algorithm = algorithm;
    this.pair = kinds[algorithm]();
    this.kid = randomBytes(6).toString('hex');
  }
  async start(port = 0) {
    this.server = http.createServer((request, response) => void this.answer(request, response).catch(() => response.writeHead(500).end()));
    await new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.issuer = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }
  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  async answer(request, response) {
    const url = new URL(request.url, this.issuer);
    const json = (status, value, headers = {}) => response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value));
    if (this.fault === 'down') return response.writeHead(503).end('down');
    if (this.fault === 'hang') return undefined;
    if (url.pathname === '/.well-known/openid-configuration') {
      this.asked.discovery++;
      if (this.fault === 'garbage') return response.end('<html>');
      if (this.fault === 'redirects') return response.writeHead(302, { Location: `${this.issuer}/elsewhere` }).end();
      if (this.fault === 'endless') return response.end('['.repeat(400_000));
      const evil = this.fault === 'plain http' ? 'http://id.example' : this.issuer;
      return json(200, {
        issuer: this.fault === 'calls itself otherwise' ? 'https://evil.example' : this.issuer,
        authorization_endpoint: `${this.issuer}/authorize`, token_endpoint: `${evil}/token`, jwks_uri: `${this.issuer}/keys`,
        response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: [this.algorithm],
        ...(this.post ? { token_endpoint_auth_methods_supported: ['client_secret_post'] } : {}),
      });
    }
    if (url.pathname === '/keys') {
      this.asked.keys++;
      const jwk = createPublicKey(this.pair.privateKey).export({ format: 'jwk' });
      return json(200, { keys: [{ kty: 'oct', k: 'AA', kid: 'other' }, { ...jwk, kid: this.kid, use: 'sig', alg: this.algorithm }] });
    }
    if (url.pathname === '/authorize') return this.authorize(url, response);
    if (url.pathname === '/token' && request.method === 'POST') {
      this.asked.token++;
      if (this.fault === 'no answer to a code') return response.writeHead(502).end();
      let body = '';
      for await (const part of request) body += part;
      const [status, value] = this.token(new URLSearchParams(body), request.headers.authorization);
      return json(status, value);
    }
    return response.writeHead(404).end();
  }

  /** Somebody is signed in here already and consents at once. */
  authorize(url, response) {
    const q = url.searchParams;
    const wrong =
      q.get('response_type') !== 'code' || q.get('client_id') !== this.clientId || q.get('code_challenge_method') !== 'S256' || !q.get('code_challenge') ||
      !q.get('state') || !q.get('nonce') || !q.get('scope')?.split(' ').includes('openid') || q.get('redirect_uri') !== this.redirect;
    if (wrong) return response.writeHead(400).end(`this is no request: ${url.search}`);
    const back = new URL(q.get('redirect_uri'));
    back.searchParams.set('state', this.fault === 'wrong state' ? 'x' : q.get('state'));
    if (this.fault === 'refused') back.searchParams.set('error', 'access_denied');
    else {
      const code = randomBytes(16).toString('hex');
      this.codes.set(code, { challenge: q.get('code_challenge'), nonce: q.get('nonce'), person: { ...this.person } });
      back.searchParams.set('code', code);
      back.searchParams.set('iss', this.fault === 'mixed up' ? 'https://evil.example' : this.issuer);
    }
    return response.writeHead(302, { Location: String(back) }).end();
  }

  token(form, authorization) {
    const basic = Buffer.from((authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
    const known = this.post ? form.get('client_id') === this.clientId && form.get('client_secret') === this.secret : basic === `${this.clientId}:${this.secret}`;
    if (!known) return [401, { error: 'invalid_client' }];
    const code = form.get('code'), visit = this.codes.get(code);
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (form.get('grant_type') !== 'authorization_code' || !visit || this.used.has(code) || form.get('redirect_uri') !== this.redirect || challenge !== visit.challenge)
      return [400, { error: 'invalid_grant' }];
    this.used.add(code);
    const access = randomBytes(16).toString('hex');
    return [200, { access_token: access, token_type: 'Bearer', expires_in: 300, ...(this.fault === 'no token' ? {} : { id_token: this.sign(this.claims(visit, access)) }) }];
  }

  claims(visit, access) {
    const now = Math.floor(Date.now() / 1000);
    const digest = createHash(this.algorithm === 'EdDSA' ? 'sha512' : 'sha256').update(access).digest();
    const claims = { iss: this.issuer, aud: this.clientId, iat: now, exp: now + 300, nonce: visit.nonce, at_hash: b64(digest.subarray(0, digest.length / 2)), ...visit.person };
    if (this.fault === 'wrong nonce') claims.nonce = 'another';
    if (this.fault === 'wrong audience') claims.aud = 'another';
    if (this.fault === 'wrong azp') Object.assign(claims, { aud: [this.clientId, 'another'], azp: 'another' });
    if (this.fault === 'wrong issuer') claims.iss = 'https://evil.example';
    if (this.fault === 'expired') Object.assign(claims, { iat: now - 500, exp: now - 120 });
    if (this.fault === 'from the future') claims.iat = now + 600;
    if (this.fault === 'wrong at_hash') claims.at_hash = b64(Buffer.alloc(16));
    if (this.fault === 'no subject') delete claims.sub;
    return claims;
  }

  sign(claims) {
    let alg = this.algorithm;
    if (this.fault === 'alg none') return `${b64({ alg: 'none' })}.${b64(claims)}.`;
    if (this.fault === 'HS256 confusion') {
      const text = `${b64({ alg: 'HS256', kid: this.kid })}.${b64(claims)}`;
      const pem = createPublicKey(this.pair.privateKey).export({ type: 'spki', format: 'pem' });
      return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
    }
    const text = `${b64({ alg, typ: 'JWT', kid: this.kid })}.${b64(claims)}`;
    const key = this.fault === 'signed by another' ? kinds[alg]().privateKey : this.pair.privateKey;
    const options = alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key;
    const signature = sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(text), options);
    if (this.fault === 'changed') return `${b64({ alg, kid: this.kid })}.${b64({ ...claims, sub: 'somebody-else' })}.${signature.toString('base64url')}`;
    return `${text}.${signature.toString('base64url')}`;
  }
}
