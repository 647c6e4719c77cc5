// SPDX-License-Identifier: Apache-2.0
// Signing in and second factors, as the API writes them.
export type Way = 'totp' | 'webauthn' | 'recovery';

export interface KeyRequest {
  challenge: string;
  rp_id: string;
  credentials: string[];
  user_verification: UserVerificationRequirement;
}

export interface SecondStep {
  second_factor: Way[];
  ticket: string;
  expires: string;
  webauthn?: KeyRequest;
}

export interface SignInWays {
  /** Where security keys and passkeys work. */
  origin: string;
  provider: { name: string } | null;
  /** A step that this browser has under way. */
  pending: SecondStep | null;
}

export interface Factor {
  id: number;
  kind: 'totp' | 'webauthn';
  name: string;
  created: string;
  used?: string;
  passkey?: boolean;
  backed_up?: boolean;
}

export interface Factors {
  factors: Factor[];
  recovery_codes: number;
  required: boolean;
  password: boolean;
  fresh: boolean;
}

export interface KeyCreation {
  challenge: string;
  rp_id: string;
  user: { id: string; name: string; display: string };
  exclude: string[];
  algorithms: number[];
}

export interface FactorBegun {
  ticket: string;
  expires: string;
  totp?: { secret: string; uri: string };
  webauthn?: KeyCreation;
}

export interface FactorAdded {
  factor: Factor;
  recovery_codes?: string[];
}

/** What answers a second step: one of a code, a recovery code, an assertion. */
export type Proof =
  | { code: string }
  | { recovery: string }
  | { credential: string; client_data: string; authenticator_data: string; signature: string; user_handle?: string };
