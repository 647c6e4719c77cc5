// SPDX-License-Identifier: Apache-2.0
// From the decision to the answer of an authority, in the browsers of two people: the route, a report prepared, what it lacks filled in, two confirmations, done by hand
// with the number that was given, the answer, and the answer on the page of who decided. Then the number to call, and the evidence of the case.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-filing.test.mjs
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accessible } from './axe.lib.mjs';
import { fits, phone, startBrowser } from './browser.lib.mjs';
import { account, addKey, addUser, command, fresh, makeHome, makePolicy, message, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome(), data = join(home, 'data');
const publicKey = command(['evidence', 'keygen', '--out', join(home, 'receiver.key')]).stdout.trim();
const receivers = `  receivers:
    - {id: fr.bureau, country: FR, kind: police, name: {fr: Bureau, en: Bureau}, channel: sealed, public_key: "${publicKey}", key_until: 2099-01-01}
`;
const policy = makePolicy(home, (space, text) => (space === 'lobby' ? text.replace(/^  channels:/m, `${receivers}  channels:`) : text));
appendFileSync(join(policy, 'lexicon/small.yaml'), `  meeting_request:
    description: {fr: "propose une rencontre", en: "suggests meeting"}
    sources: ["these tests"]
    patterns: [{strength: 0.9, any_of: ["meet me tomorrow"]}]
`);
const key = addKey(data);
const passwords = Object.fromEntries([['lea', 'lead'], ['remi', 'referent'], ['uma', 'auditor']].map(([name, role]) => [name, addUser(data, name, role)]));
const server = await start({ home, policy, options: ['--threads', '2'] });
const sender = server.with(key);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
let browser, open, shot;
before(async () => {
  browser = await startBrowser(server, people);
  ({ open, shot } = browser);
});
after(async () => {
  await browser.close();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
const read = async (id, who = 'remi') => (await people[who].get(`/v1/filings/${id}`)).json;

let filing, caseId;
test('a decision to report leads to whom to tell, and a press prepares the report', async () => {
  caseId = (await openCase(sender)).id;
  const page = await open('remi');
  await page.to(`#/case/${caseId}`);
  await page.locator('.decide-bar .act:not(:disabled)').first().waitFor();
  await people.remi.post(`/v1/cases/${caseId}/claim`);
  const decided = await people.remi.post(`/v1/cases/${caseId}/decisions`, { action: 'report', reason: 'grooming' });
  assert.equal(decided.status, 201, decided.text);
  await page.to(`#/case/${caseId}`);
  await page.locator('.report-strip').waitFor();
  await page.click('.report-strip button');
  const stop = page.locator('.report-case li', { hasText: 'PHAROS' }).first();
  await stop.getByRole('button', { name: 'Préparer le signalement' }).click();
  await page.waitForURL(/#\/filing\/\d+/);
  filing = Number(/(\d+)$/.exec(page.url())[1]);
  await page.locator('.filing-head h1', { hasText: 'PHAROS' }).waitFor();
  assert.equal((await read(filing)).case, caseId);
  const first = page.locator('.document-page img').first();
  await page.locator('.document-page[data-state=here]').first().waitFor();
  assert.deepEqual(await first.evaluate((img) => [img.naturalWidth, img.naturalHeight]), [1240, 1753], 'the page as a picture, that a telephone shows too');
  assert.match(await first.getAttribute('alt'), /Page 1 sur \d+, en image/);
  assert.equal(await page.locator('.document-page').count(), (await read(filing)).documents[0].pages);
  assert.match(await page.getByRole('link', { name: 'Ouvrir le PDF' }).getAttribute('href'), /\.pdf$/);
  await accessible(page, 'a report');
  await shot('filing-desk', page);
  await page.context().close();
});

test('confirmed by one, seconded by another, copied field by field, done with the number that was given', async () => {
  const first = await open('remi', phone);
  await first.to(`#/filing/${filing}`);
  await first.locator('.document-page[data-state=here]').first().waitFor();
  await shot('filing-phone', first, { fullPage: true });
  await first.keyboard.press('c');
  await first.waitForFunction(() => document.activeElement?.dataset.key === 'confirm');
  await first.getByRole('button', { name: 'Confirmer', exact: true }).click();
  await first.locator('text=attend une deuxième personne').first().waitFor();
  assert.equal(await first.getByRole('button', { name: /deuxième/ }).count(), 0, 'nobody is both');
  await fits(first, 'a report on a phone');
  const second = await open('lea');
  await second.to('#/filings');
  await second.locator('.board-second .board-card', { hasText: 'PHAROS' }).getByRole('link').click();
  await second.locator('.filing-confirm .button-main').click();
  await until(async () => (await read(filing)).state === 'by_hand', 'it is to be handed over');
  await first.to(`#/portal/${filing}`);
  const copy = first.locator('[data-copy]');
  await copy.first().waitFor();
  const count = await copy.count();
  await copy.first().click();
  await first.locator('.portal-progress', { hasText: `1 sur ${count}` }).waitFor();
  await shot('portal-phone', first, { fullPage: true });
  await first.fill('#filing-done', 'PH-2026-000123');
  await first.locator('.filing-acts .button-main').click();
  await until(async () => (await read(filing)).state === 'filed', 'it is filed');
  assert.equal((await read(filing)).reference, 'PH-2026-000123');
  const state = (await people.remi.get(`/v1/cases/${caseId}`)).json;
  assert.ok(!state.report_due, 'nothing is due any more');
  for (const page of [first, second]) await page.context().close();
});

test('what the authority answers is written down, and stands on the page of who decided', async () => {
  const page = await open('lea');
  await page.to(`#/filing/${filing}`);
  await page.click('.answer-record summary');
  await page.selectOption('#answer-kind', 'victim_safe');
  await page.fill('#answer-what', 'L’enfant est en sécurité.');
  await page.click('.answer-record button[type=submit]');
  await page.locator('.answers', { hasText: 'L’enfant est en sécurité.' }).waitFor();
  await shot('filing-answered', page);
  await page.context().close();
  const own = await open('remi');
  await own.to('#/me');
  await own.locator('.answers li', { hasText: caseId }).waitFor();
  assert.match(await own.textContent('.answers'), /L’enfant est en sécurité/);
  await accessible(own, 'my answers');
  await shot('answers-mine', own, { fullPage: true });
  await own.context().close();
});

test('what a receiver said stands on the case and on the board, and a lead finds the cases by it', async () => {
  const noted = await people.lea.post(`/v1/filings/${filing}/answers`, { kind: 'not_illegal' });
  assert.equal(noted.status, 201, noted.text);
  const page = await open('lea');
  await page.to('#/queue?view=answered');
  const row = page.locator(`[data-case="${caseId}"]`);
  await row.locator('.answer-mark', { hasText: 'pas d’infraction' }).waitFor();
  await accessible(page, 'cases that receivers answered of');
  await shot('queue-answered', page);
  await page.locator('.choice select').selectOption({ label: 'des compléments sont demandés' });
  await page.locator('.empty', { hasText: 'Aucun dossier avec cette réponse' }).waitFor();
  await page.to(`#/case/${caseId}`);
  await page.locator('.case-title .answer-mark', { hasText: 'pas d’infraction' }).waitFor();
  await page.to('#/filings');
  await page.locator('.board-done .answer-mark', { hasText: 'pas d’infraction' }).waitFor();
  await page.context().close();
  const other = await open('remi');
  await other.to('#/queue');
  await other.locator('[data-view=decided]').waitFor();
  assert.equal(await other.locator('[data-view=answered]').count(), 0, 'it is a lead who looks again');
  await other.context().close();
});

test('a lead asks on the case itself that a decision is looked at again, a référent is not offered it', async () => {
  await people.lea.post(`/v1/cases/${caseId}/release`); // her page of before was closed without a word
  await people.remi.post(`/v1/cases/${caseId}/claim`);
  const muted = await people.remi.post(`/v1/cases/${caseId}/decisions`, { action: 'mute', reason: 'grooming', hours: 168 });
  assert.equal(muted.status, 201, muted.text);
  const page = await open('lea', { language: 'en' });
  await page.to(`#/case/${caseId}`);
  const form = page.locator('.report-case .answer-record');
  await form.locator('summary').click();
  await form.locator('textarea').fill('The bureau says that it is not illegal.');
  await accessible(page, 'a decision to be looked at again');
  await form.scrollIntoViewIfNeeded();
  await shot('case-look-again', page);
  await form.locator('button[type=submit]').click();
  await page.locator('.report-case a', { hasText: 'see where it stands' }).click();
  await page.waitForURL(/#\/appeal\//);
  await page.context().close();
  const other = await open('remi');
  await other.to(`#/case/${caseId}`);
  await other.locator('.report-case .case-filings').waitFor();
  assert.equal(await other.locator('.report-case .answer-record').count(), 0);
  await other.context().close();
});

test('by what each act is known; whoever may says that one happened or did not, by the keyboard alone, and takes it back', async () => {
  const { id } = await openCase(sender);
  await people.remi.post(`/v1/cases/${id}/claim`);
  assert.equal((await people.remi.post(`/v1/cases/${id}/decisions`, { action: 'report', reason: 'grooming' })).status, 201);
  const plan = async () => (await people.remi.get(`/v1/cases/${id}/route`)).json;
  const page = await open('remi');
  await page.to(`#/case/${id}`);
  const acts = page.locator('.acts-known'), line = (name) => acts.locator('> ul > li', { hasText: name });
  await line('sollicitation').filter({ hasText: 'd’après les indices, d’après la décision' }).waitFor();
  const opener = acts.getByRole('button', { name: 'Dire ce qui s’est passé' });
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'act-name');
  await page.locator('#act-detail').press('Enter');
  assert.match(await page.locator('#act-name-more').textContent(), /Choisissez/);
  await page.selectOption('#act-name', 'soliciting');
  await page.locator('#act-name').press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Ce sont deux cousins');
  await accessible(page, 'saying what happened');
  await acts.scrollIntoViewIfNeeded();
  await shot('acts-form', page);
  await page.keyboard.press('Enter');
  await line('sollicitation').locator('.notice-tag', { hasText: 'écarté' }).waitFor();
  await line('sollicitation').filter({ hasText: 'Ce sont deux cousins' }).waitFor();
  assert.ok(await opener.evaluate((b) => b === document.activeElement), 'the focus comes back');
  const { acts: left, acts_by: by } = await plan();
  assert.deepEqual([left.includes('soliciting'), by.denied], [false, ['soliciting']]);
  await accessible(page, 'an act that was ruled out');
  await page.context().close();
  for (const [name, options] of [['phone', phone], ['phone-dark', { ...phone, light: 'dark', language: 'en' }]]) {
    const small = await open('remi', options);
    await small.to(`#/case/${id}`);
    await small.locator('.acts-said').waitFor();
    await small.locator('.acts-known').scrollIntoViewIfNeeded();
    await fits(small, 'acts on a phone');
    await shot(`acts-${name}`, small);
    await small.context().close();
  }
  const again = await open('remi', { language: 'en' });
  await again.to(`#/case/${id}`);
  await again.getByRole('button', { name: 'Remove: solicitation of a minor, it did not happen' }).press('Enter');
  await again.locator('.acts-said').waitFor({ state: 'detached' });
  assert.equal((await plan()).acts_by.denied.length, 0);
  assert.ok(await again.getByRole('button', { name: 'Say what happened' }).evaluate((b) => b === document.activeElement), 'the focus is not lost');
  await again.context().close();
});

test('a report that lacks something says what, and waits until it is filled in', async () => {
  const { id } = await openCase(sender);
  await people.remi.post(`/v1/cases/${id}/claim`);
  assert.equal((await people.remi.post(`/v1/cases/${id}/decisions`, { action: 'report', reason: 'grooming' })).status, 201);
  const made = await people.remi.post(`/v1/cases/${id}/filings`, { host: { name: 'Host', country: 'NL', email: 'abuse@host.example' }, channel: 'xarf' });
  assert.equal(made.status, 201, made.text);
  assert.ok((await read(made.json.id)).lacks.some((l) => l.where === 'options.items' && l.weight === 'blocks'));
  const page = await open('remi', { language: 'en', light: 'dark' });
  await page.to(`#/filing/${made.json.id}`);
  await page.locator('#option-items').waitFor();
  assert.ok(await page.locator('.filing-confirm .button-main').isDisabled(), 'what is missing blocks it');
  await page.fill('#option-items', 'not an address');
  await page.click('.lack-form button[type=submit]');
  assert.match(await page.locator('#option-items-more').textContent(), /“not an address” is not a whole web address/);
  await page.fill('#option-items', 'https://host.example/p/1');
  await page.click('.lack-form button[type=submit]');
  await until(async () => (await read(made.json.id)).lacks.every((l) => l.where !== 'options.items'), 'it lacks the address no more');
  await page.locator('#option-items').waitFor({ state: 'detached' });
  await shot('filing-filled-dark', page);
  await page.context().close();
});

test('a child who may be in danger now: the number to call, large, before everything else, and the report on top of the board', async () => {
  const [adult, child] = [fresh('adult'), fresh('child')];
  const source = { source: '/spaces/lobby' }, channel = { channel: 'group' };
  await sender.take([account(adult, '25+', source, { country: 'FR' }), account(child, '13-14', source, { country: 'FR' })]);
  let id;
  for (const text of ['how old are you', 'keep this secret', 'please send me a picture of you', 'meet me tomorrow']) id = (await sender.take(message(adult, child, text, source, channel))).case ?? id;
  await people.remi.post(`/v1/cases/${id}/claim`);
  assert.equal((await people.remi.post(`/v1/cases/${id}/decisions`, { action: 'report', reason: 'grooming' })).status, 201);
  for (const [name, options] of [['phone', phone], ...(process.env.VIGIE_SHOTS ? [['desk', {}], ['desk-dark', { light: 'dark', language: 'en' }]] : [])]) {
    const page = await open('remi', options);
    await page.to(`#/case/${id}`);
    const call = page.locator('.report-strip .call-number').first();
    await call.waitFor();
    const size = Number.parseFloat(await call.evaluate((link) => getComputedStyle(link).fontSize));
    assert.ok(size >= 28, `${size} px`);
    assert.match(await call.getAttribute('href'), /^tel:\d+$/);
    const [number, talk] = [await call.boundingBox(), await page.locator('.case-talks').boundingBox()];
    assert.ok(number.y < talk.y && number.y < page.viewportSize().height, 'before the conversation, without scrolling');
    await fits(page, `an urgent case, ${name}`);
    await shot(`urgent-${name}`, page);
    await page.context().close();
  }
  const made = await people.remi.post(`/v1/cases/${id}/filings`, { receiver: 'fr.pharos' });
  assert.equal(made.json.urgent, true, made.text);
  const page = await open('remi', phone);
  await page.to('#/filings');
  assert.match(await page.locator('.board-card').first().textContent(), /urgent/, 'urgent ones stand first');
  await fits(page, 'the board on a phone');
  await shot('filings-phone', page, { fullPage: true });
  await page.context().close();
});

test('on a telephone the parts of a case are one press away, whatever stands between', async () => {
  const { id } = await openCase(sender);
  await people.remi.post(`/v1/cases/${id}/claim`);
  assert.equal((await people.remi.post(`/v1/cases/${id}/decisions`, { action: 'report', reason: 'grooming' })).status, 201);
  const page = await open('remi', phone);
  await page.to(`#/case/${id}`);
  await page.locator('.custody-list').first().waitFor();
  const nav = page.locator('.case-sections');
  assert.deepEqual(await nav.locator('button').allTextContents(), ['Échanges', 'Indices', 'Comptes', 'Autorités', 'Scellés']);
  assert.ok(await nav.evaluate((n) => n.scrollWidth <= n.clientWidth), 'all of them are on the screen');
  await shot('case-sections-phone', page);
  for (const [name, place] of [['Scellés', '#custody'], ['Autorités', '#report-case'], ['Indices', '#evidence'], ['Échanges', '.case-talks']]) {
    await nav.getByRole('button', { name }).click();
    await page.waitForFunction((at) => document.activeElement === document.querySelector(at), place);
    const [part, bar] = [await page.locator(place).boundingBox(), await nav.boundingBox()];
    assert.ok(part.y >= bar.y + bar.height - 1 && part.y < page.viewportSize().height, `${name}: below the bar, on the screen: ${part.y}`);
  }
  await fits(page, 'a case with its parts');
  await page.context().close();
  const desk = await open('remi');
  await desk.to(`#/case/${id}`);
  await desk.locator('.custody-list').first().waitFor();
  assert.ok(!(await desk.locator('.case-sections').isVisible()), 'a desk shows both sides');
  await desk.keyboard.press('s');
  await desk.waitForFunction(() => document.activeElement?.id === 'custody');
  await desk.keyboard.press('p');
  await desk.waitForFunction(() => document.activeElement?.id === 'report-case');
  await desk.context().close();
});

test('the evidence: who can open it, a hold with its day, an archive, and what a hand-over means before it is made', async () => {
  const { id } = await openCase(sender);
  const page = await open('lea');
  await page.to(`#/case/${id}`);
  const panel = page.locator('.custody');
  await panel.locator('.custody-list').first().waitFor();
  assert.match(await panel.textContent(), /Ouvrable ici/);
  await page.locator('.hold button').click();
  await page.fill('.hold-form input:not([type=date])', 'Réquisition 12');
  await page.fill('.hold-form input[type=date]', '2098-01-31');
  await page.click('.hold-form button[type=submit]');
  await panel.locator('text=à revoir le 31 janvier 2098').waitFor();
  assert.match(await panel.textContent(), /Réquisition 12.*reste|reste : conservation légale/s);
  await panel.locator('summary', { hasText: 'Remettre la clé' }).click();
  assert.match(await panel.textContent(), /Pas pendant une conservation légale/);
  await page.getByRole('button', { name: 'Lever la conservation légale' }).click();
  await page.fill('.hold-form input', 'Close');
  await page.click('.hold-form button[type=submit]');
  await panel.locator('text=levée par lea').waitFor();
  await panel.locator('summary', { hasText: 'Emporter le dossier' }).click();
  await panel.getByRole('button', { name: 'Télécharger l’archive' }).click();
  assert.match(await panel.locator('#archive-reason-more').textContent(), /consigné/);
  await panel.locator('#archive-reason').fill('Pour le juge');
  const [download] = await Promise.all([page.waitForEvent('download'), panel.getByRole('button', { name: 'Télécharger l’archive' }).click()]);
  assert.equal(download.suggestedFilename(), `${id}.zip`);
  assert.equal(readFileSync(await download.path()).subarray(0, 2).toString(), 'PK');
  await panel.scrollIntoViewIfNeeded();
  await shot('custody-desk', panel);
  await panel.locator('#hand-receiver').selectOption('fr.bureau');
  await panel.locator('#hand-reason').fill('Transmis au bureau');
  await panel.getByRole('button', { name: /Remettre la clé et/ }).click();
  assert.match(await panel.locator('#hand-sure-more').textContent(), /Cochez/);
  await panel.locator('#hand-sure').check();
  await panel.getByRole('button', { name: /Remettre la clé et/ }).click();
  await until(async () => (await people.lea.get(`/v1/cases/${id}/evidence`)).json.hand_overs.length === 1, 'the key is handed over');
  await page.context().close();
  const later = await open('lea', { language: 'en', light: 'dark', ...phone });
  await later.to(`#/case/${id}`);
  await later.locator('.page-shut .custody-shut', { hasText: 'handed over' }).waitFor();
  assert.match(await later.locator('.custody').textContent(), /To fr.bureau, by lea/);
  assert.equal(await later.locator('.custody-act').count(), 0, 'nothing is left to take away or to hand over');
  const [proof] = await Promise.all([later.waitForEvent('download'), later.getByRole('link', { name: /Certificate of destruction/ }).click()]);
  assert.equal(JSON.parse(readFileSync(await proof.path(), 'utf8')).certificates[0].certificate.rule, 'hand_over');
  await fits(later, 'a case that no longer opens');
  await shot('custody-after-phone', later, { fullPage: true });
  await later.context().close();
});

test('an auditor proves an entry: the browser computes the path again, and says whether it checked the signature', async () => {
  const page = await open('uma');
  await page.to('#/audit');
  await page.getByRole('button', { name: /^Prouver/ }).first().click();
  const said = page.locator('.proof p').first();
  await said.filter({ hasText: /recalculé le chemin/ }).waitFor();
  const able = await page.evaluate(() => crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']).then(() => true, () => false));
  assert.match(await said.textContent(), able ? /vérifié sa signature Ed25519/ : /pas pu en vérifier la signature/);
  await shot('audit-proof', page);
  await page.context().close();
});
