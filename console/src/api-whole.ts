// SPDX-License-Identifier: Apache-2.0
// POST /v1/cases/{id}/media/{n}/whole: each call puts a view on record, so nothing calls it but a person's hand.
import { casePath, request } from './api';

export const wholeReasons = ['age', 'place', 'identify', 'authority', 'appeal'] as const;
export type WholeWhy = (typeof wholeReasons)[number];

export interface WholeAnswer {
  kind: string;
  from: number;
  of: number;
  whole: boolean;
  more?: boolean;
  pictures: { at_ms: number; width: number; height: number; png: string }[];
}

export const viewWhole = (id: string, number: number, why: WholeWhy, from: number): Promise<WholeAnswer> =>
  request(casePath(id, `/media/${number}/whole`), { method: 'POST', body: from ? { why, from } : { why } });
