// SPDX-License-Identifier: Apache-2.0
// What a person holds beside a password: a telephone that shows codes, and a security key, both made of Node's own cryptography. The key
// writes what the standard says (WebAuthn level 2, CTAP2 CBOR); `wrong` lets a test bend one thing at a time.
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

// ---- codes (RFC 6238) ----

export function base32(text) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of text) bits += letters.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The code of `offset` steps from now. */
export function totp(secret, offset = 0) {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + offset));
  const mac = createHmac('sha1', base32(secret)).update(step).digest();
  const at = mac.at(-1) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// ---- CBOR, as much as an authenticator writes ----

function head(kind, n) {
  if (n < 24) return Buffer.from([(kind << 5) | n]);
  if (n < 256) return Buffer.from([(kind << 5) | 24, n]);
  return Buffer.from([(kind << 5) | 25, n >> 8, n & 255]);
}
export function cbor(value) {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([name, one]) => [cbor(name), cbor(one)])]);
}

// ---- a security key ----

const kinds = {
  '-7': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  '-8': () => generateKeyPairSync('ed25519'),
  '-257': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

function cose(algorithm, publicKey) {
  const jwk = publicKey.export({ format: 'jwk' });
  const bytes = (name) => Buffer.from(jwk[name], 'base64url');
  if (algorithm === -7) return new Map([[1, 2], [3, -7], [-1, 1], [-2, bytes('x')], [-3, bytes('y')]]);
  if (algorithm === -8) return new Map([[1, 1], [3, -8], [-1, 6], [-2, bytes('x')]]);
  return new Map([[1, 3], [3, -257], [-1, bytes('n')], [-2, bytes('e')]]);
}

const b64 = (bytes) => Buffer.from(bytes).toString('base64url');

export class SecurityKey {
  constructor(origin, algorithm = -7) {
    this.origin = origin;
    this.algorithm = algorithm;
    this.pair = kinds[algorithm]();
    this.id = randomBytes(32);
    this.counter = 0;
  }
  clientData(type, challenge, wrong) {
    return Buffer.from(JSON.stringify({ type, challenge: wrong.challenge ?? challenge, origin: wrong.origin ?? this.origin, crossOrigin: false }));
  }
  data(rpId, flags, rest = Buffer.alloc(0)) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(++this.counter);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), counter, rest]);
  }
  sign(data, client) {
    const bytes = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    return sign(this.algorithm === -8 ? null : 'sha256', bytes, this.pair.privateKey);
  }
  /** Answers the creation that POST /v1/me/factors began. */
  register(creation, { flags = 0x45, packed = false, ...wrong } = {}) {
    this.handle = creation.user.id;
    this.rpId = creation.rp_id;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.id, cbor(cose(this.algorithm, this.pair.publicKey))]);
    const data = this.data(wrong.rpId ?? creation.rp_id, flags, credential);
    const client = this.clientData(wrong.type ?? 'webauthn.create', creation.challenge, wrong);
    const statement = packed ? new Map([['alg', this.algorithm], ['sig', this.sign(data, client)]]) : new Map();
    const object = cbor(new Map([['fmt', packed ? 'packed' : 'none'], ['attStmt', statement], ['authData', data]]));
    return { client_data: b64(client), attestation: b64(object) };
  }
  /** Answers the request of a second step, or of a sign-in with a passkey. */
  assert(request, { flags = 0x05, ...wrong } = {}) {
    const data = this.data(wrong.rpId ?? request.rp_id, flags);
    const client = this.clientData(wrong.type ?? 'webauthn.get', request.challenge, wrong);
    return {
      credential: b64(this.id), client_data: b64(client), authenticator_data: b64(data), signature: b64(this.sign(data, client)),
      user_handle: wrong.handle ?? this.handle,
    };
  }
}
