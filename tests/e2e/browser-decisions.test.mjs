// SPDX-License-Identifier: Apache-2.0
// Deciding in real browsers: two keys for the common case, undone with a third; two people who must agree, each in a browser of their own, the
// second without a word of the first; the statement of reasons read and changed, and kept over a reload; an appeal; a wave.
//
//   [VIGIE=...] [VIGIE_SHOTS=DIR] [VIGIE_CHROMIUM=...] node --test tests/e2e/browser-decisions.test.mjs
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.lib.mjs';
import { account, addKey, addUser, fresh, makeHome, makePolicy, message, openCase, signIn, start, until } from './lib.mjs';

const home = makeHome(), data = join(home, 'data');
const policy = makePolicy(home, (space, text) => {
  const seconds = text.replace(/^  undo: .*$/m, '  undo: 20 seconds');
  return space === 'rencontre' ? seconds.replace(/^  four_eyes: .*$/m, '  four_eyes: [suspend, authority_report]') : seconds;
});
const key = addKey(data, '*', 'events,appeals');
const roles = { lea: 'lead', remi: 'referent', rosa: 'referent' };
const passwords = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, addUser(data, name, role)]));
const server = await start({ home, policy, options: ['--threads', '2'] });
const sender = server.with(key);
const people = {};
for (const name of Object.keys(passwords)) people[name] = await signIn(server, name, passwords[name]);
const open = (name, options = {}, language = 'fr') => started.open(name, { language, ...options });
const pages = {};
let started;

const shot = (name, page) => started.shot(`decisions-${name}`, page);
const detail = async (who, id) => (await people[who].get(`/v1/cases/${id}`)).json;
/** A page from the start: what the last decision still had to do (the next case) is over with it. */
async function visit(page, hash) {
  await page.goto(`${server.url}/healthz`);
  await page.goto(`${server.url}/${hash}`);
}
async function toCase(page, id) {
  await visit(page, `#/case/${id}`);
  await page.waitForSelector('.decide-bar .act:not(:disabled)');
}
async function choose(page, digit) {
  await page.keyboard.press(digit);
  await page.locator('.decide-send .button-main:focus').waitFor();
}
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

before(async () => {
  started = await startBrowser(server, people, { timeout: 15_000 });
  for (const name of Object.keys(roles)) pages[name] = await open(name);
});
after(async () => {
  await started?.close();
  assert.equal((await server.stop()).code, 0);
});

test('two keys decide, and Z takes it back', async () => {
  const { id } = await openCase(sender), page = pages.remi;
  await toCase(page, id);
  await choose(page, '1');
  await page.keyboard.press('Enter');
  const bar = page.getByRole('region', { name: 'Annuler la dernière décision' });
  await bar.waitFor();
  assert.match(await bar.innerText(), new RegExp(`${id}.*décision prise`));
  await shot('undo', page);
  assert.equal((await detail('rosa', id)).state, 'decided');
  await page.keyboard.press('z');
  await page.waitForURL(new RegExp(`#/case/${id}`));
  await until(async () => (await detail('remi', id)).state === 'open', 'the case is not open again');
  assert.equal((await detail('remi', id)).claimed_by, 'remi');
  assert.equal(await bar.count(), 0);
});

test('the statement is read, changed, kept over a reload and sent; what the server refuses stands beside its field', async () => {
  const { id, child } = await openCase(sender), page = pages.remi;
  await toCase(page, id);
  await choose(page, '3');
  await page.getByLabel('Portée').selectOption('private_messages');
  await page.getByText('Ce que le compte va lire').click();
  const text = page.getByLabel('Exposé des motifs');
  await until(async () => /messages privés|private messages/.test(await text.inputValue()), 'the draft says what is restricted');
  await page.getByLabel('Langue', { exact: true }).selectOption('fr');
  await until(async () => /Vous ne pouvez plus envoyer de messages privés/.test(await text.inputValue()), 'the draft follows the language');
  await shot('statement', page);
  const drafted = await text.inputValue();
  await text.fill(`${drafted}\n${child} nous a écrit.`);
  await page.keyboard.press('Control+Enter');
  await page.locator('#statement-text-more.field-error').waitFor();
  await page.reload();
  await page.waitForSelector('.decide-form');
  assert.match(await page.getByLabel('Exposé des motifs').inputValue(), /nous a écrit/, 'what was written survives a reload');
  await until(async () => (await page.locator('.decide-send .button-main:not(:disabled)').count()) > 0, 'the case is theirs again');
  await page.getByLabel('Exposé des motifs').fill(`${drafted}\nNous restons à votre écoute.`);
  await page.keyboard.press('Control+Enter');
  await until(async () => (await detail('rosa', id)).state === 'decided', 'the case is not decided');
  const [statement] = (await people.rosa.get(`/v1/cases/${id}/statements`)).json.statements;
  assert.match(statement.reasons.text, /à votre écoute/);
  assert.deepEqual([statement.reasons.restriction.scope, statement.reasons.edited], ['private_messages', true]);
});

test('four eyes, in two browsers: the second person reads not a word of the first', async () => {
  const { id } = await openCase(sender, 'rencontre');
  await toCase(pages.remi, id);
  await choose(pages.remi, '5');
  await pages.remi.getByText('Ici, deux personnes décident.', { exact: false }).waitFor();
  await pages.remi.getByLabel('Note pour les collègues').fill('parole-de-remi');
  await pages.remi.getByLabel('Rendre muet en attendant', { exact: false }).check();
  await shot('first', pages.remi);
  await pages.remi.keyboard.press('Control+Enter');
  await until(async () => (await detail('rosa', id)).look === 'second', 'no second look is asked for');
  await toCase(pages.rosa, id);
  await pages.rosa.getByText('Second regard', { exact: false }).first().waitFor();
  const seen = await pages.rosa.locator('body').innerText();
  assert.doesNotMatch(seen, /parole-de-remi|\bremi\b/i);
  await shot('second', pages.rosa);
  await choose(pages.rosa, '5');
  await pages.rosa.keyboard.press('Control+Enter');
  await until(async () => (await detail('lea', id)).action === 'suspend', 'two who agree decide');
});

test('two who do not agree: the lead sees both and settles', async () => {
  const { id } = await openCase(sender, 'rencontre');
  await people.remi.post(`/v1/cases/${id}/decisions`, { action: 'suspend', reason: 'grooming', hours: 168, note: 'avis un' });
  await people.rosa.post(`/v1/cases/${id}/decisions`, { action: 'warn', reason: 'grooming', note: 'avis deux' });
  await toCase(pages.lea, id);
  const both = pages.lea.getByRole('region', { name: 'Deux avis différents' });
  await both.waitFor();
  assert.match(await both.innerText(), /avis un[\s\S]*avis deux/);
  await shot('settle', pages.lea);
  await choose(pages.lea, '2');
  await pages.lea.keyboard.press('Control+Enter');
  await until(async () => (await detail('lea', id)).action === 'warn', 'the lead settles');
});

test('an appeal: another person reads it beside what was decided, and answers', async () => {
  const { id, adult } = await openCase(sender);
  const muted = await people.remi.post(`/v1/cases/${id}/decisions`, { action: 'mute', reason: 'grooming', hours: 24 });
  assert.equal(muted.status, 201, muted.text);
  const made = await sender.post('/v1/appeals', { case: id, account: adult, text: 'C’était pour un jeu.', language: 'fr' });
  assert.equal(made.status, 201, made.text);
  const appeal = made.json;
  await visit(pages.remi, `#/appeal/${appeal.id}`);
  await pages.remi.getByText('Une autre personne répond', { exact: false }).waitFor();
  const page = pages.rosa;
  await visit(page, `#/appeals`);
  await page.getByRole('link', { name: adult }).waitFor();
  await shot('appeals', page);
  await page.getByRole('link', { name: adult }).click();
  await page.getByText('C’était pour un jeu.').waitFor();
  await page.getByRole('button', { name: 'Envoyer la réponse' }).click();
  await page.getByText('Choisissez.').waitFor();
  await page.getByLabel('annulée', { exact: false }).check();
  await page.getByLabel('Vos raisons', { exact: false }).fill('Une partie, rien de plus.');
  await shot('appeal', page);
  await page.reload();
  assert.equal(await page.getByLabel('Vos raisons', { exact: false }).inputValue(), 'Une partie, rien de plus.');
  await page.getByLabel('annulée', { exact: false }).check();
  await page.getByRole('button', { name: 'Envoyer la réponse' }).click();
  await page.getByRole('heading', { name: /Décision annulée/ }).waitFor();
  assert.equal((await detail('lea', id)).overturned, true);
});

test('a wave: the lead sees to whom it would happen and to whom not, decides, and takes it back', async () => {
  const source = '/spaces/forum', ids = [];
  for (let i = 0; i < 3; i++) {
    const adult = fresh('vague'), teens = [fresh('ado'), fresh('ado'), fresh('ado')];
    await sender.take([account(adult, '25+', { source }, { created: new Date().toISOString().slice(0, 10) }), ...teens.map((t) => account(t, '15-17', { source }))]);
    let id;
    for (const teen of teens)
      for (const words of ['how old are you?', 'keep this secret please', 'keep it secret']) id = (await sender.take(message(adult, teen, words, { source }, { channel: 'group' }))).case ?? id;
    ids.push(id);
  }
  const special = await openCase(sender, 'forum'), page = pages.lea;
  await visit(page, `#/bulk`);
  await page.getByLabel('Comment les choisir').selectOption('cases');
  await page.getByRole('button', { name: 'Voir ce qui se passerait' }).click();
  await page.getByText('Un numéro tel que c-000123.').waitFor();
  await page.getByLabel('Numéros des dossiers').fill([...ids, special.id].join(' '));
  await page.getByLabel('Espace').selectOption('forum');
  await page.getByLabel('Action').selectOption('mute');
  await page.getByRole('button', { name: 'Voir ce qui se passerait' }).click();
  await page.getByRole('heading', { name: '3 dossiers seraient décidés' }).waitFor();
  await page.getByText('ne peut pas attendre').waitFor();
  await shot('bulk', page);
  await page.getByRole('button', { name: 'Décider 3 dossiers' }).click();
  await until(async () => (await detail('lea', ids[0])).state === 'decided', 'the wave is not decided');
  await page.getByRole('button', { name: /Annuler/ }).click();
  await until(async () => (await detail('lea', ids[0])).state === 'open', 'the wave is not taken back');
});

test('at phone width, by night and in English nothing sticks out', async () => {
  const { id } = await openCase(sender, 'rencontre');
  const page = await open('lea', { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'en-GB' }, 'en');
  for (const [name, hash] of [['appeals', '#/appeals'], ['bulk', '#/bulk']]) {
    await visit(page, `${hash}`);
    await page.waitForSelector('h1');
    await page.waitForTimeout(200);
    const wide = () => page.evaluate(() => [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth && !e.closest('.scroll')).map((e) => `${e.tagName}.${e.className}`).slice(0, 5));
    assert.ok((await sideways(page)) <= 0, `${name} is wider than the phone: ${await wide()}`);
    await shot(`${name}-phone-dark-en`, page);
  }
  await toCase(page, id);
  await page.locator('[data-action=suspend]').click();
  await page.getByText('Two people decide here.', { exact: false }).waitFor();
  assert.ok((await sideways(page)) <= 0, 'the form is wider than the phone');
  await shot('form-phone-dark-en', page);
});

test('no page broke, no policy was violated', () => {
  assert.deepEqual(started.problems, []);
});
