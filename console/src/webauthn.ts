// SPDX-License-Identifier: Apache-2.0
// Security keys and passkeys between the API's JSON and the browser's navigator.credentials.
import type { KeyCreation, KeyRequest, Proof } from './types-signin';

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

export function toBase64url(buffer: ArrayBuffer): string {
  let raw = '';
  for (const byte of new Uint8Array(buffer)) raw += String.fromCharCode(byte);
  return btoa(raw).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const listed = (ids: string[]): PublicKeyCredentialDescriptor[] =>
  ids.map((id) => ({ type: 'public-key', id: fromBase64url(id) }));

export function creationOptions(given: KeyCreation): PublicKeyCredentialCreationOptions {
  return {
    challenge: fromBase64url(given.challenge),
    rp: { id: given.rp_id, name: 'Vigie' },
    user: { id: fromBase64url(given.user.id), name: given.user.name, displayName: given.user.display || given.user.name },
    pubKeyCredParams: given.algorithms.map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: listed(given.exclude),
    // a passkey where the device can keep one, a plain second factor where not
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    attestation: 'none',
    timeout: 120_000,
  };
}

export function requestOptions(given: KeyRequest): PublicKeyCredentialRequestOptions {
  return {
    challenge: fromBase64url(given.challenge),
    rpId: given.rp_id,
    allowCredentials: listed(given.credentials),
    userVerification: given.user_verification,
    timeout: 120_000,
  };
}

/** True when this browser has keys, and this page is where they belong. */
export const keysWork = (origin: string): boolean =>
  typeof PublicKeyCredential === 'function' && typeof navigator.credentials?.get === 'function' && location.origin === origin;

/** Asks for a key; throws DOMException when its person gives up. */
export async function createKey(given: KeyCreation): Promise<{ client_data: string; attestation: string }> {
  const made = (await navigator.credentials.create({ publicKey: creationOptions(given) })) as PublicKeyCredential;
  const answer = made.response as AuthenticatorAttestationResponse;
  return { client_data: toBase64url(answer.clientDataJSON), attestation: toBase64url(answer.attestationObject) };
}

export async function askKey(given: KeyRequest): Promise<Proof> {
  const got = (await navigator.credentials.get({ publicKey: requestOptions(given) })) as PublicKeyCredential;
  const answer = got.response as AuthenticatorAssertionResponse;
  const proof = {
    credential: toBase64url(got.rawId),
    client_data: toBase64url(answer.clientDataJSON),
    authenticator_data: toBase64url(answer.authenticatorData),
    signature: toBase64url(answer.signature),
  };
  return answer.userHandle?.byteLength ? { ...proof, user_handle: toBase64url(answer.userHandle) } : proof;
}
