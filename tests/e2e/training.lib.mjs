// SPDX-License-Identifier: Apache-2.0
// Two small courses and a practice case, in both languages, and a policy whose lobby asks for them: what the tests of training share.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePolicy } from './lib.mjs';

const words = {
  fr: { basics: 'Les bases', threats: 'Les menaces', text: 'Un **texte** court.', right: 'Oui', wrong: 'Non', why: 'Voilà pourquoi', several: ' (plusieurs réponses)', told: 'Un enfant écrit.', ask: 'Que faites-vous ?' },
  en: { basics: 'The basics', threats: 'Threats', text: 'A short **text**.', right: 'Yes', wrong: 'No', why: 'Here is why', several: ' (several answers)', told: 'A child writes.', ask: 'What do you do?' },
};

function course(lang, id, order, requires = '') {
  const w = words[lang];
  return `---
id: ${id}
title: ${w[id]}
version: 1
order: ${order}
minutes: 5
pass_mark: 75%
valid: 100 days
opens: material, threat, live, contact, report
${requires ? `requires: ${requires}\n` : ''}sources:
  - statement: DSA
    source: https://eur-lex.europa.eu/eli/reg/2022/2065/oj
    verified: 2026-11-23
    kind: primary
---
# ${w[id]}

${w.text}

- one
- two

${[1, 2, 3]
  .map(
    (n) => `## Question

${w.ask} ${n}

- [x] ${w.right} ${n}
  > ${w.why} ${n}
- [ ] ${w.wrong} ${n}
  > ${w.why} ${n}
`,
  )
  .join('\n')}
## Situation${w.several}

${w.told}

${w.ask} 4

- [x] ${w.right} 4
  > ${w.why} 4
- [ ] ${w.wrong} 4
  > ${w.why} 4
- [x] ${w.right} 5
  > ${w.why} 5
`;
}

const practice = {
  id: 'secret',
  title: { fr: 'Un secret', en: 'A secret' },
  account: { name: 'max', age_band: '25+' },
  peer: { name: 'lou', age_band: '13-14' },
  channel: 'private',
  verdict: 'review',
  risk: 0.7,
  messages: [
    { from: 'account', minutes: 0, text: { fr: 'tu as quel âge ?', en: 'how old are you?' }, evidence: [{ name: 'text.age_probing', weight: 0.3, mark: { fr: 'quel âge', en: 'how old' } }] },
    { from: 'peer', minutes: 2, text: { fr: '13 ans', en: '13' } },
    {
      from: 'account',
      minutes: 5,
      text: { fr: 'on le garde pour nous, d’accord ?', en: 'let us keep this between us, ok?' },
      evidence: [{ name: 'text.secrecy', weight: 0.5, mark: { fr: 'garde pour nous', en: 'between us' } }, { name: 'conduct.age_gap', weight: 0.2, value: 11 }],
    },
  ],
  why_now: { fr: 'Il demande le secret.', en: 'He asks for secrecy.' },
  recommended: 'restrict_minors',
  defensible: ['suspend', 'escalate'],
  why: { fr: 'Un adulte demande à un enfant de se taire.', en: 'An adult asks a child to keep silent.' },
  remarks: { dismiss: { fr: 'Le secret ne se classe pas.', en: 'Secrecy is not dismissed.' } },
};

/** What `training:` says in the lobby of these tests. */
export const section = `training:
  required: yes
  validity: 90 days
  warn_before: 14 days
  attempts_per_day: 3
  categories:
    material: [basics, threats]
    threat: [basics, threats]
    live: [basics, threats]
    contact: [basics]
    report: [basics]
  outside: [INHOPE]
`;

/** A policy with these courses. The lobby wants certificates, the other spaces do not. */
export function makeTraining(home) {
  const policy = makePolicy(home, (space, text) => {
    const without = text.replace(/^training:\n(?:[ #].*\n)+/m, '');
    return space === 'lobby' ? `${without}\n${section}` : without;
  });
  rmSync(join(policy, 'training'), { recursive: true });
  for (const lang of ['fr', 'en']) {
    mkdirSync(join(policy, 'training', lang), { recursive: true });
    writeFileSync(join(policy, 'training', lang, '01-basics.md'), course(lang, 'basics', 1));
    writeFileSync(join(policy, 'training', lang, '02-threats.md'), course(lang, 'threats', 2, 'basics'));
  }
  mkdirSync(join(policy, 'training/practice'), { recursive: true });
  writeFileSync(join(policy, 'training/practice/01-secret.json'), JSON.stringify(practice));
  return policy;
}

/** The answers to an attempt: right ones say Yes or Oui. `wrong`: how many questions to get wrong. */
export const answersTo = (attempt, wrong = 0) =>
  attempt.questions.map((q, i) => q.answers.flatMap((text, n) => (/^(Yes|Oui)/.test(text) !== i < wrong ? [n] : [])).slice(0, q.several ? 8 : 1));

/** Lets every certificate end an hour ago (or `ms` from now): days that a test does not wait for. */
export function endCertificates(data, ms = -3_600_000, user = '%') {
  const code = 'import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nc.execute("UPDATE certificate SET until_ms=?, told=0 WHERE user LIKE ?",(int(sys.argv[2]),sys.argv[3]))\nc.execute("UPDATE attempt SET started_ms=started_ms-200*86400000, handed_ms=max(0,handed_ms-200*86400000) WHERE ?<0 AND user LIKE ?",(int(sys.argv[4]),sys.argv[3]))\nc.commit()';
  execFileSync('python3', ['-c', code, join(data, 'vigie.db'), `${Date.now() + ms}`, user, `${ms}`]);
}
