// SPDX-License-Identifier: Apache-2.0
// What all parts of reporting share, as docs/openapi.yaml has it.

/** How sure an entry of the book of law is. */
export interface Provenance {
  sure: 'unverified' | 'secondary' | 'primary';
  source?: string;
  verified_on?: string;
}
