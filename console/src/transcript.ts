// SPDX-License-Identifier: Apache-2.0
// From the sealed events of a case to what a person reads: conversations, evidence, facts.
//
// Each event brings the messages before it; windows of neighbouring events overlap, and the message that one event is
// about is ordinary context for the next. Here every message is one line, in order of time, whatever it came from.
import type { Place } from './bytes';
import type {
  AgeBand,
  CaseDetail,
  CaseEvent,
  CaseMedia,
  Change,
  Channel,
  Content,
  Course,
  EvidencePiece,
  Facts,
  Feedback,
  Mark,
  Bilingual,
  Verdict,
} from './types';

export type LineKind = 'message' | 'media' | 'contact' | 'notice' | 'other';

export interface Line {
  key: string;
  kind: LineKind;
  type: string;
  subject: string;
  band: AgeBand;
  /** Said by the account the case is about. */
  own: boolean;
  time: string;
  text: string;
  places: Place[];
  withheld: boolean;
  to: string[];
  /** Set when the line is an event of the case and not only context. */
  event?: { seq: number; first: boolean; verdict: Verdict; risk: number; evidence: EvidencePiece[] };
  detail?: { contact?: string; reason?: string; about?: string; bank?: string; category?: string };
  /** Of a media event: what it is, what it matches; never the picture itself. */
  media?: CaseMedia;
}

export interface Section {
  key: string;
  conversation: string;
  channel: Channel;
  legalBasis: string;
  lines: Line[];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export function kindOf(type: string): LineKind {
  const name = type.replace(/^vigie\./, '');
  return name === 'message' || name === 'media' || name === 'contact' || name === 'notice' ? name : 'other';
}

function recipients(data: Record<string, unknown>): string[] {
  const to = data['to'];
  if (typeof to === 'string') return [to];
  return Array.isArray(to) ? to.filter((x): x is string => typeof x === 'string') : [];
}

function band(kind: LineKind, own: boolean, content: Content, found: CaseDetail): AgeBand {
  if (kind === 'notice') return content.facts?.reporter_age_band ?? 'unknown';
  return content.facts?.account_age_band ?? (own ? found.account_age_band : 'unknown');
}

function eventLine(found: CaseDetail, event: CaseEvent, content: Content, first: boolean): Line {
  const data = content.event.data ?? {};
  const kind = kindOf(content.event.type);
  const own = content.event.subject === found.account;
  const known = content.evidence.find((e) => e.name === 'media.known_hash' || e.name === 'media.similar_hash');
  const detail: NonNullable<Line['detail']> = {};
  if (kind === 'contact') detail.contact = text(data['kind']);
  if (kind === 'notice') Object.assign(detail, { reason: text(data['reason']), about: text(data['about']) });
  if (known?.bank) Object.assign(detail, { bank: known.bank, category: known.category ?? '' });
  return {
    key: content.event.id,
    kind,
    type: content.event.type,
    subject: content.event.subject,
    band: band(kind, own, content, found),
    own,
    time: content.event.time,
    text: text(data['text']),
    places: placesOf(content),
    withheld: Boolean(content.withheld),
    to: recipients(data),
    event: { seq: event.seq, first, verdict: event.verdict, risk: event.risk, evidence: content.evidence },
    detail,
    ...(kind === 'media' && content.media ? { media: content.media } : {}),
  };
}

/** Places of evidence and of what is held against nobody; the names of the latter begin with "mark.". */
function placesOf(content: Content): Place[] {
  const marks = marksOf(content.marks);
  if (content.spans?.length) return [...content.spans.map(({ name, from, to }) => ({ name, from, to })), ...marks];
  return [...content.evidence.flatMap((e) => (e.spans ?? []).map(([from, to]) => ({ name: e.name, from, to }))), ...marks];
}

function marksOf(marks: Mark[] | undefined): Place[] {
  return (marks ?? []).map(({ family, from, to }) => ({ name: `mark.${family}`, from, to }));
}

export const isMark = (name: string): boolean => name.startsWith('mark.');

/** The conversations of a case, the riskiest first, then the one added to last; lines oldest first. */
export function sections(found: CaseDetail): Section[] {
  const bySection = new Map<string, { section: Section; lines: Map<string, Line>; risk: number; last: number }>();
  const ordered = [...found.events_list].sort((a, b) => a.seq - b.seq);
  const firstSeq = ordered[0]?.seq;
  for (const event of ordered) {
    const content = event.content;
    if (!content?.event) continue;
    const key = content.conversation || `(${content.channel})`;
    let entry = bySection.get(key);
    if (!entry) {
      const section = { key, conversation: content.conversation, channel: content.channel, legalBasis: '', lines: [] };
      entry = { section, lines: new Map(), risk: 0, last: event.seq };
      bySection.set(key, entry);
    }
    // a report names the conversation it is about, not the channel it came through
    if (kindOf(content.event.type) !== 'notice') entry.section.channel = content.channel;
    entry.last = event.seq;
    entry.risk = Math.max(entry.risk, event.risk);
    entry.section.legalBasis ||= content.legal_basis ?? '';
    for (const m of content.window ?? []) {
      if (entry.lines.has(m.id)) continue;
      entry.lines.set(m.id, {
        key: m.id,
        kind: 'message',
        type: 'vigie.message',
        subject: m.subject,
        band: m.age_band,
        own: m.subject === found.account,
        time: m.time,
        text: m.text,
        places: [...(m.spans ?? []), ...marksOf(m.marks)],
        withheld: false,
        to: [],
      });
    }
    entry.lines.set(content.event.id, eventLine(found, event, content, event.seq === firstSeq));
  }
  const all = [...bySection.values()].sort((a, b) => b.risk - a.risk || b.last - a.last);
  for (const { section, lines } of all) {
    section.lines = [...lines.values()]
      .map((line) => ({ line, at: Date.parse(line.time) })) // parsed once, not at each comparison
      .sort((a, b) => a.at - b.at)
      .map(({ line }) => line);
  }
  return all.map((entry) => entry.section);
}

export interface Finding extends EvidencePiece {
  /** The event whose form of it is shown: what people say of it is said of this one. */
  seq: number;
  feedback?: Feedback;
  /** In how many events of the case it was fresh. */
  times: number;
}

function saidOf(event: CaseEvent, name: string): { feedback?: Feedback } {
  const feedback = event.feedback?.find((f) => f.name === name);
  return feedback ? { feedback } : {};
}

const known = new WeakMap<CaseDetail, Finding[]>();

/** One entry for each kind of evidence over all events: the strongest form, strongest first, ties by name. Worked out once for what was read. */
export function findings(found: CaseDetail): Finding[] {
  let list = known.get(found);
  if (!list) known.set(found, (list = strongest(found)));
  return list;
}

function strongest(found: CaseDetail): Finding[] {
  const byName = new Map<string, Finding>();
  for (const event of found.events_list) {
    for (const piece of event.content?.evidence ?? []) {
      const known = byName.get(piece.name);
      const times = (known?.times ?? 0) + (piece.fresh ? 1 : 0);
      const better = !known || piece.weight > known.weight || (piece.weight === known.weight && piece.fresh);
      const best = better ? { ...piece, seq: event.seq, ...saidOf(event, piece.name) } : known;
      byName.set(piece.name, { ...best, fresh: Boolean(known?.fresh) || piece.fresh, times });
    }
  }
  return [...byName.values()].sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
}

/** The newest facts about the account, and those of the newest notice; later ones replace earlier ones. */
export function facts(found: CaseDetail): { conduct: Facts | null; notice: Facts | null } {
  let conduct: Facts | null = null;
  let notice: Facts | null = null;
  for (const event of [...found.events_list].sort((a, b) => a.seq - b.seq)) {
    const content = event.content;
    if (!content?.facts) continue;
    if (kindOf(content.event.type) === 'notice') notice = content.facts;
    else conduct = content.facts;
  }
  return { conduct, notice };
}

const newestFirst = (found: CaseDetail): CaseEvent[] => [...found.events_list].sort((a, b) => b.seq - a.seq);

/** Why the case is here now: what its newest event says; absent in old cases. */
export function whyNow(found: CaseDetail): Bilingual | null {
  return newestFirst(found).find((e) => e.content?.why_now)?.content?.why_now ?? null;
}

/** What would lower the risk of the newest event. */
export function lower(found: CaseDetail): Change[] {
  return newestFirst(found).find((e) => e.content)?.content?.lower ?? [];
}

const reached = (course: Course): number => course.stages.filter((s) => s.reached).length;

/** The exchange that has come furthest, as its newest event saw it; with none further, the newest. */
export function course(found: CaseDetail): Course | null {
  const byConversation = new Map<string, Course>();
  for (const { content } of newestFirst(found)) {
    const key = content?.conversation ?? '';
    if (content?.course?.stages.length && !byConversation.has(key)) byConversation.set(key, content.course);
  }
  let furthest: Course | null = null;
  for (const one of byConversation.values()) if (!furthest || reached(one) > reached(furthest)) furthest = one;
  return furthest;
}
