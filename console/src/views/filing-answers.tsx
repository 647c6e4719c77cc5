// SPDX-License-Identifier: Apache-2.0
// What a receiver answered: written down by a person, with what follows from it.
import { useEffect, useState } from 'preact/hooks';
import { filingsApi } from '../api-filings';
import { useNow } from '../clock';
import { pick } from '../i18n';
import { keepForm, keptForm } from '../people';
import { href } from '../route';
import { may as allowed, toast, useApp, useT } from '../state';
import { answerKinds, type AnswerKind, type FilingAnswer, type FilingWhole } from '../types-filings';
import { LookAgain } from './look-again';
import { Cap, Field, Time } from './parts';
import { Refusal, useSending } from './report-parts';

const empty = { kind: 'received' as AnswerKind, what: '', reference: '' };

export function Answers({ f, reload }: { f: FilingWhole; reload(): void }) {
  const { t } = useT();
  const session = useApp((s) => s.session);
  const may = f.actions.includes('answer');
  if (!may && f.receiver_answers.length === 0) return null;
  return (
    <section aria-labelledby="filing-answers">
      <h2 id="filing-answers">{t('filing.answers.title')}</h2>
      <ul class="answers">
        {f.receiver_answers.map((a) => (
          <AnswerLine key={a.id} a={a} />
        ))}
      </ul>
      {may ? <Record f={f} reload={reload} /> : null}
      {f.answered?.includes('not_illegal') && allowed(session, 'case.lead') ? <LookAgain id={f.case} /> : null}
    </section>
  );
}

export function AnswerLine({ a, about = false }: { a: FilingAnswer; about?: boolean }) {
  const { t, lang } = useT();
  const now = useNow();
  return (
    <li>
      <p>
        <strong>{t(`answer.${a.kind}`)}</strong>{' '}
        <span class="soft">
          {about ? (
            <>
              <a href={href({ page: 'case', id: a.case })}>{a.case}</a> · <a href={href({ page: 'filing', id: String(a.filing) })}>{pick(a.receiver, lang) || t('filing.title')}</a> ·{' '}
            </>
          ) : null}
          <Time at={a.at} now={now} /> {t('act.by', { who: a.by })}
        </span>
      </p>
      {a.what ? <blockquote class="answer-what">{a.what}</blockquote> : null}
      {a.follow_up ? (
        <a href={href({ page: 'filing', id: String(a.follow_up) })}>{t('answer.follow_up')}</a>
      ) : null}
      {a.in_review ? <p class="soft">{t('answer.in_review', { n: a.in_review })}</p> : null}
    </li>
  );
}

function Record({ f, reload }: { f: FilingWhole; reload(): void }) {
  const { t } = useT();
  const kept = `answer.${f.id}`;
  const [form, setForm] = useState(() => keptForm(kept, empty));
  const sending = useSending(['kind', 'what', 'reference']);
  const change = (part: Partial<typeof empty>): void => {
    const next = { ...form, ...part };
    setForm(next);
    keepForm(kept, next);
  };
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const [what, reference] = [form.what.trim(), form.reference.trim()];
    await sending.send(
      () => filingsApi.answer(f.id, { kind: form.kind, ...(what ? { what } : {}), ...(reference ? { reference } : {}) }),
      () => {
        keepForm(kept, null);
        setForm(empty);
        toast(t('answer.saved'));
        reload();
      },
    );
  }
  return (
    <details class="answer-record">
      <summary>
        {t('answer.record')} <Cap>A</Cap>
      </summary>
      <form class="stack" onSubmit={(e) => void save(e)} noValidate>
        <Field id="answer-kind" label={t('answer.kind')} help={t(`answer.effect.${form.kind}`)} error={sending.errors['kind'] ?? ''}>
          {(p) => (
            <select {...p} data-key="answer" aria-keyshortcuts="a" value={form.kind} onChange={(e) => change({ kind: e.currentTarget.value as AnswerKind })}>
              {answerKinds.map((k) => (
                <option key={k} value={k}>
                  {t(`answer.${k}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id="answer-what" label={t('answer.what')} help={t('answer.what.help')} error={sending.errors['what'] ?? ''}>
          {(p) => <textarea {...p} rows={3} maxLength={2000} value={form.what} onInput={(e) => change({ what: e.currentTarget.value })} />}
        </Field>
        <Field id="answer-reference" label={t('answer.reference')} error={sending.errors['reference'] ?? ''}>
          {(p) => <input {...p} maxLength={256} value={form.reference} onInput={(e) => change({ reference: e.currentTarget.value })} />}
        </Field>
        <Refusal sending={sending} />
        <button type="submit" class="button button-main" disabled={sending.busy}>
          {t('answer.save')}
        </button>
      </form>
    </details>
  );
}

/** On one's own page: what became of what one decided. */
export function MyAnswers() {
  const { t } = useT();
  const [answers, setAnswers] = useState<readonly FilingAnswer[]>([]);
  useEffect(() => {
    filingsApi.mine().then(
      (got) => setAnswers(got.answers),
      () => {},
    );
  }, []);
  if (answers.length === 0) return null;
  return (
    <section class="card" aria-labelledby="my-answers">
      <h2 id="my-answers">{t('answers.mine')}</h2>
      <ul class="answers">
        {answers.map((a) => (
          <AnswerLine key={a.id} a={a} about />
        ))}
      </ul>
    </section>
  );
}
