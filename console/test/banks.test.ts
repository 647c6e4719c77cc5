// SPDX-License-Identifier: Apache-2.0
// Banks and matches in words, in both languages; and what a form's fields come to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as banks from '../src/banks';
import { translator } from '../src/i18n';
import { href, parseRoute } from '../src/route';
import { sections } from '../src/transcript';
import type { Bank, CaseDetail, MediaMatch } from '../src/types';

const fr = translator('fr');
const en = translator('en');
const plain = (s: string): string => s.replace(/[\u00a0\u202f]/g, ' ');
const now = Date.parse('2026-05-04T12:00:00Z');
const HOUR = 3_600_000;
const ago = (ms: number): string => new Date(now - ms).toISOString();

const bank: Bank = {
  name: 'liste-1',
  source: 'Association',
  classification: 'A1 à B2',
  profile: 'cpp',
  threshold: 31,
  min_quality: 50,
  video_percent: 80,
  effect: 'block',
  spaces: '*',
  visible_to: ['referent', 'lead', 'admin', 'auditor'],
  created: ago(400 * 24 * HOUR),
  updated: ago(3 * HOUR),
  expired: false,
  entries: 10,
  hashes: 12,
  withdrawn: 0,
  matches: 4,
  confirmed: 0,
  rejected: 0,
};
const fresh = (part: Partial<Bank>): { tone: string; text: string } => {
  const { tone, text } = banks.freshness(fr, { ...bank, ...part }, now);
  return { tone, text: plain(text) };
};

test('how fresh a bank is stands in words; a month without a change is told apart', () => {
  assert.deepEqual(fresh({}), { tone: 'fresh', text: 'mise à jour il y a 3 h' });
  assert.deepEqual(fresh({ updated: ago(10_000) }), { tone: 'fresh', text: 'mise à jour à l’instant' });
  assert.deepEqual(fresh({ updated: ago(29.9 * 24 * HOUR) }), { tone: 'fresh', text: 'mise à jour il y a 29 jours' });
  assert.deepEqual(fresh({ updated: ago(30 * 24 * HOUR) }), { tone: 'stale', text: 'inchangée depuis 30 jours' });
  assert.deepEqual(fresh({ entries: 0 }), { tone: 'stale', text: 'encore vide' });
  assert.deepEqual(fresh({ expired: true, entries: 0 }), { tone: 'stale', text: 'expirée : ne trouve plus rien' });
  assert.equal(
    plain(banks.freshness(en, { ...bank, updated: ago(45 * 24 * HOUR) }, now).text),
    'unchanged for 45 days',
  );
});

test('an end that is near is said, one that is far or past is not', () => {
  const soon = (ms: number, expired = false): string =>
    plain(banks.expiresSoon(fr, { ...bank, expired, expires: ago(-ms) }, now));
  assert.equal(soon(5 * 24 * HOUR), 'expire dans 5 jours');
  assert.equal(soon(15 * 24 * HOUR), '');
  assert.equal(soon(-HOUR, true), '');
  assert.equal(banks.expiresSoon(fr, bank, now), '');
});

test('trust is a share with its numbers, and nothing when nobody said anything', () => {
  assert.deepEqual(banks.trust(fr, { confirmed: 0, rejected: 0 }), { share: null, text: 'pas encore d’avis' });
  assert.equal(banks.trust(fr, { confirmed: 3, rejected: 1 }).share, 0.75);
  assert.equal(plain(banks.trust(fr, { confirmed: 3, rejected: 1 }).text), '3 confirmations, 1 contestation');
  assert.equal(banks.trust(en, { confirmed: 0, rejected: 2 }).text, '0 confirmations, 2 rejections');
});

test('settings are sentences', () => {
  const say = (b: Bank): string[] =>
    banks
      .settings(
        fr,
        b,
        (s) => s.toUpperCase(),
        (d) => d.slice(0, 10),
      )
      .map((s) => plain(s.text));
  assert.ok(say(bank).includes('Deux images sont tenues pour la même jusqu’à 31 bits d’écart sur 256.'));
  assert.ok(
    say({ ...bank, threshold: 1 }).includes('Deux images sont tenues pour la même jusqu’à 1 bit d’écart sur 256.'),
  );
  assert.ok(say({ ...bank, threshold: 0 }).some((s) => /identiques/.test(s)));
  assert.ok(say({ ...bank, spaces: 'lobby,forum' }).includes('Elle sert : LOBBY, FORUM.'));
  assert.ok(
    say({ ...bank, visible_to: ['lead', 'admin'] }).includes(
      'Seuls savent qu’elle existe : référent principal, administration.',
    ),
  );
  assert.ok(say({ ...bank, expires: '2027-04-03T00:00:00Z' }).includes('Elle cesse de chercher le 2027-04-03.'));
});

const match: MediaMatch = {
  bank: 'liste-1',
  category: 'A1',
  entry: 7,
  algorithm: 'pdq',
  distance: 12,
  turn: 'rot90',
  effect: 'block',
  doubted: false,
};
const said = (m: Partial<MediaMatch>, t = fr): string => plain(banks.matchSentence(t, { ...match, ...m }));

test('a match is a sentence: how alike, with which list, how far apart, how turned', () => {
  assert.equal(
    said({}),
    'Presque la même image qu’une entrée de « liste-1 » (catégorie A1, telle que la source l’écrit) : 12 bits d’écart sur 256, tournée d’un quart de tour.',
  );
  assert.equal(
    said({}, en),
    'Nearly the same picture as an entry of “liste-1” (category A1, as the source writes it): 12 bits of 256 differ, turned by a quarter.',
  );
  assert.match(said({ distance: 1, turn: 'none' }), / : 1 bit d’écart sur 256\.$/);
  assert.match(
    said({ distance: 0, turn: 'none' }),
    /^La même image, à l’empreinte près, qu’une entrée .* : aucun bit d’écart sur 256\.$/,
  );
  assert.match(said({ turn: 'flip_y' }), /, en miroir\.$/);
  const { turn: _t, distance: _d, ...bytes } = { ...match, algorithm: 'sha256' as const };
  assert.equal(
    plain(banks.matchSentence(fr, bytes)),
    'Le même fichier qu’une entrée de « liste-1 » (catégorie A1, telle que la source l’écrit).',
  );
});

test('a bank that is not named to this person is not named by the sentence', () => {
  const { bank: _b, category: _c, entry: _e, ...hidden } = match;
  assert.match(
    plain(banks.matchSentence(fr, hidden)),
    /qu’une entrée d’une liste qui ne vous est pas nommée : 12 bits/,
  );
  assert.doesNotMatch(banks.matchSentence(en, hidden), /undefined|liste-1|A1/);
});

test('every turn that the API knows has its words', () => {
  for (const turn of ['rot90', 'rot180', 'rot270', 'flip_x', 'flip_y', 'flip_plus', 'flip_minus'])
    for (const t of [fr, en]) assert.doesNotMatch(banks.matchSentence(t, { ...match, turn }), /rot|flip_/);
});

test('of a video, both shares; of a picture, none', () => {
  assert.equal(
    plain(banks.shareSentence(fr, { ...match, query_percent: 80, bank_percent: 95 })),
    '80 % de ses images sont dans l’entrée ; 95 % des images de l’entrée y sont.',
  );
  assert.equal(banks.shareSentence(fr, match), '');
});

test('who viewed: each person once, with how often, the last one first', () => {
  const views = [
    { user: 'noe', time: '2026-05-04T10:00:00Z' },
    { user: 'lea', time: '2026-05-04T11:00:00Z' },
    { user: 'noe', time: '2026-05-04T12:00:00Z' },
  ];
  assert.deepEqual(banks.viewers(views), [
    { user: 'noe', times: 2, last: '2026-05-04T12:00:00Z' },
    { user: 'lea', times: 1, last: '2026-05-04T11:00:00Z' },
  ]);
  assert.deepEqual(banks.viewers([]), []);
});

test('sizes', () => {
  assert.deepEqual(
    [0, 999, 1000, 81_234, 2_500_000, 4e9, 5e12].map((n) => plain(banks.sizeText(fr, n))),
    ['0 octets', '999 octets', '1 ko', '81 ko', '2,5 Mo', '4 Go', '5 000 Go'],
  );
  assert.equal(plain(banks.sizeText(en, 2_500_000)), '2.5 MB');
});

test('what is looked up: a hash when it can be one, else the source’s name for it', () => {
  const hex = 'AbCdEf01'.repeat(8);
  assert.deepEqual(banks.lookupOf(` ${hex} `), { hash: hex.toLowerCase() });
  assert.deepEqual(banks.lookupOf(`SHA-256: ${hex.slice(0, 32)} ${hex.slice(32)}`), { hash: hex.toLowerCase() });
  assert.deepEqual(banks.lookupOf('a'.repeat(40)), { hash: 'a'.repeat(40) });
  assert.deepEqual(banks.lookupOf('a'.repeat(41)), { reference: 'a'.repeat(41) });
  assert.deepEqual(banks.lookupOf('dossier 17/photo 3'), { reference: 'dossier 17/photo 3' });
  assert.equal(banks.lookupOf('   '), null);
  assert.equal(banks.lookupOf('é'.repeat(129)), null, '258 bytes');
});

test('an entry: the algorithm follows from the digits, PDQ has a quality, mistakes stand at their field', () => {
  const form = { hash: 'a'.repeat(64), kind: 'sha256' as const, quality: '100', reference: '', category: ' A1 ' };
  assert.deepEqual(banks.entryOf(form).entry, {
    category: 'A1',
    hashes: [{ algorithm: 'sha256', value: 'a'.repeat(64) }],
  });
  assert.deepEqual(banks.entryOf({ ...form, kind: 'pdq', quality: '87' }).entry?.hashes, [
    { algorithm: 'pdq', value: 'a'.repeat(64), quality: 87 },
  ]);
  assert.deepEqual(banks.entryOf({ ...form, hash: 'b'.repeat(32), kind: 'pdq' }).entry?.hashes, [
    { algorithm: 'md5', value: 'b'.repeat(32) },
  ]);
  assert.deepEqual(banks.entryOf({ ...form, hash: 'xyz' }), { errors: { hash: 'entry.wrong.hash' }, entry: null });
  for (const quality of ['', '101', '-1', '1.5', '1e2'])
    assert.deepEqual(
      banks.entryOf({ ...form, kind: 'pdq', quality }).errors,
      { quality: 'entry.wrong.quality' },
      quality,
    );
});

test('a bank: what is the default is not said, what is wrong stands at its field', () => {
  const good = { ...banks.emptyBank, name: 'liste-1', source: ' Association ' };
  const { bank: made } = banks.bankOf(good);
  assert.equal(made?.source, 'Association');
  assert.equal(made?.visible_to, undefined);
  assert.equal(made?.expires, undefined);
  assert.equal(banks.bankOf({ ...good, expires: '2027-04-03' }).bank?.expires, '2027-04-03T00:00:00Z');
  assert.equal(banks.bankOf({ ...good, spaces: 'lobby, forum' }).bank?.spaces, 'lobby,forum');
  const wrong = (part: Partial<banks.BankForm>): string[] => Object.keys(banks.bankOf({ ...good, ...part }).errors);
  assert.deepEqual(wrong({ name: 'Liste une' }), ['name']);
  assert.deepEqual(wrong({ source: '  ', threshold: '32' }), ['source', 'threshold']);
  assert.deepEqual(wrong({ video_percent: '0', visible_to: [] }), ['video_percent', 'visible_to']);
});

test('a problem of the server finds its field', () => {
  assert.equal(banks.fieldOf('/min_quality'), 'min_quality');
  assert.equal(banks.fieldOf('/entries/0/hashes/0/quality'), 'entries');
  assert.equal(banks.fieldOf(undefined), '');
});

test('banks have addresses', () => {
  assert.deepEqual(parseRoute('#/banks'), { page: 'banks' });
  assert.deepEqual(parseRoute('#/bank/iwf-2026'), { page: 'bank', name: 'iwf-2026' });
  assert.equal(parseRoute('#/bank/../x').page, 'queue');
  assert.equal(href({ page: 'bank', name: 'a.b_c' }), '#/bank/a.b_c');
});

test('the media of an event comes to its line, an event of before has none', () => {
  const content = {
    event: { id: 'e', source: '/spaces/x', type: 'vigie.media', subject: 'a', time: ago(0) },
    evidence: [],
    spans: [],
    window: [],
    conversation: 'c',
    channel: 'group',
  };
  const media = { number: 1, kept: true, thumbnail: true, matches: [match] };
  const found = (c: object): CaseDetail =>
    ({
      account: 'a',
      events_list: [{ seq: 1, time: ago(0), verdict: 'block', risk: 1, content: c }],
    }) as unknown as CaseDetail;
  assert.deepEqual(sections(found({ ...content, media }))[0]?.lines[0]?.media, media);
  assert.equal(sections(found(content))[0]?.lines[0]?.media, undefined);
});
