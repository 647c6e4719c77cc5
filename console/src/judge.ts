// SPDX-License-Identifier: Apache-2.0
// What the reader says of evidence: shown at once, sent, and set right when the server says otherwise.
import { useState } from 'preact/hooks';
import { api } from './api';
import { after, pressed } from './feedback';
import { word } from './i18n';
import { toast, useT } from './state';
import type { Finding } from './transcript';
import type { Feedback, Judgement } from './types';

export interface Judging {
  said(piece: Finding): Feedback | undefined;
  give(piece: Finding, judgement: Judgement): Promise<void>;
}

const place = (piece: Finding): string => `${piece.seq} ${piece.name}`;

export function useJudging(caseId: string): Judging {
  const { t } = useT();
  const [given, setGiven] = useState<ReadonlyMap<string, Feedback>>(new Map());
  const said = (piece: Finding): Feedback | undefined => given.get(place(piece)) ?? piece.feedback;
  const keep = (piece: Finding, feedback: Feedback | undefined): void =>
    setGiven((old) => {
      const next = new Map(old);
      if (feedback) next.set(place(piece), feedback);
      else next.delete(place(piece));
      return next;
    });

  async function give(piece: Finding, judgement: Judgement): Promise<void> {
    const before = said(piece);
    const next = pressed(before, judgement);
    keep(piece, after(before, piece.name, next));
    try {
      keep(piece, await api.judge(caseId, { seq: piece.seq, name: piece.name, judgement: next }));
      toast(t(`judge.said.${next}`, { name: word(t, 'ev', piece.name) }));
    } catch {
      keep(piece, before);
      toast(t('judge.failed'), 'bad');
    }
  }
  return { said, give };
}
