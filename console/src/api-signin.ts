// SPDX-License-Identifier: Apache-2.0
import { request } from './api';
import type { Factor, FactorAdded, FactorBegun, Factors, Proof, SecondStep, SignInWays } from './types-signin';
import type { Session } from './types';

const post = (body?: unknown) => (body === undefined ? { method: 'POST' } : { method: 'POST', body });

export const signInApi = {
  ways: () => request<SignInWays>('/v1/signin', { signingIn: true }),
  signIn: (name: string, password: string) =>
    request<Session | SecondStep>('/v1/session', { ...post({ name, password }), signingIn: true }),
  second: (ticket: string, proof: Proof) =>
    request<Session>('/v1/session/second', { ...post({ ticket, ...proof }), signingIn: true }),
  passkey: () => request<SecondStep>('/v1/session/passkey', { ...post(), signingIn: true }),
  prove: (password: string) => request<void>('/v1/session/proof', post({ password })),
  factors: () => request<Factors>('/v1/me/factors'),
  begin: (kind: Factor['kind']) => request<FactorBegun>('/v1/me/factors', post({ kind })),
  confirm: (
    body: { ticket: string; name: string } & ({ code: string } | { client_data: string; attestation: string }),
  ) => request<FactorAdded>('/v1/me/factors/confirm', post(body)),
  rename: (id: number, name: string) => request<void>(`/v1/me/factors/${id}`, { method: 'PATCH', body: { name } }),
  remove: (id: number) => request<void>(`/v1/me/factors/${id}`, { method: 'DELETE' }),
  recoveryCodes: () => request<{ recovery_codes: string[] }>('/v1/me/recovery-codes', post()),
};

/** True when a right password is not the whole of it. */
export const isStep = (answer: Session | SecondStep): answer is SecondStep => 'ticket' in answer;
/** Where to begin with the provider; the page to come back to goes along. */
export const providerAddress = (hash: string): string =>
  `/v1/oidc/start?return=${encodeURIComponent(/^#\/[\w/?=&.,%*-]*$/.test(hash) && hash.length <= 200 ? hash : '#/queue')}`;
