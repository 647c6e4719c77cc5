// SPDX-License-Identifier: Apache-2.0
// Checkpoints and proofs of the audit log: the shapes of docs/openapi.yaml.

export interface AuditInclusion {
  format: string;
  /** Its leaf has the index one lower. */
  entry: number;
  size: number;
  leaf: string;
  root: string;
  path: string[];
  checkpoint?: string;
  line?: Record<string, unknown>;
}

export interface AuditKey {
  generation: number;
  verifier: string;
  public_key: string;
}

export interface Checkpoint {
  note: string;
  stamped: string;
}
