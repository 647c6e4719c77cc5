// SPDX-License-Identifier: Apache-2.0
// One appeal: what the account says, what was decided and what it was told, the case beside it, and the answer in the account's language.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { decisionsApi } from '../api-decisions';
import { useNow } from '../clock';
import { dropNote, keepNote, readNote } from '../draft';
import { duration } from '../format';
import { word } from '../i18n';
import { href } from '../route';
import { toast, useT } from '../state';
import type { Appeal as AppealType, AppealState } from '../types-decisions';
import { Field, Notice, Time, useSpaceTitle } from './parts';

const HOUR_MS = 3_600_000;

export function Appeal({ id }: { id: string }) {
  const { t } = useT();
  const [found, setFound] = useState<AppealType | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    decisionsApi.appeal(id).then(setFound, () => setFailed(true));
  }, [id]);
  if (failed || !found)
    return (
      <main id="main" class="page" tabIndex={-1} aria-busy={!failed}>
        <h1>{t('appeal.title', { id })}</h1>
        {failed ? (
          <Notice tone="bad" alert>
            {t('appeals.failed')}
          </Notice>
        ) : null}
      </main>
    );
  return <Found appeal={found} change={setFound} />;
}

function Found({ appeal, change }: { appeal: AppealType; change(appeal: AppealType): void }) {
  const { t } = useT();
  const now = useNow();
  const title = useSpaceTitle();
  const about = appeal.about;
  return (
    <main id="main" class="page page-appeal" tabIndex={-1}>
      <a class="button button-small" href={href({ page: 'appeals' })}>
        ← {t('appeals.title')}
      </a>
      <h1>
        {t('appeal.title', { id: appeal.id })} <bdi class="soft">{appeal.account}</bdi>
      </h1>
      <p class="lead">
        {title(appeal.space)} · {word(t, 'category', appeal.category)} ·{' '}
        {appeal.state === 'open'
          ? appeal.late
            ? t('appeals.late')
            : t('appeals.due', { time: duration(t, Date.parse(appeal.due) - now) })
          : t(`appeals.state.${appeal.state}`)}
      </p>
      <div class="appeal-sides">
        <section aria-labelledby="appeal-said">
          <h2 id="appeal-said">{t(appeal.own_motion ? 'appeal.own' : 'appeal.said')}</h2>
          {appeal.text ? (
            <blockquote class="appeal-text" lang={appeal.own_motion ? undefined : appeal.language}>
              {appeal.text}
            </blockquote>
          ) : (
            <p class="soft">{t('appeal.no_text')}</p>
          )}
          <p class="soft">
            <Time at={appeal.made} now={now} />
          </p>
        </section>
        <section aria-labelledby="appeal-about">
          <h2 id="appeal-about">{t('appeal.about')}</h2>
          <p>
            <strong>{word(t, 'act', about.action)}</strong>
            {about.hours ? <> · {duration(t, about.hours * HOUR_MS)}</> : null} · {word(t, 'scope', about.scope)}
            <span class="soft">
              {' '}
              {t('act.by', { who: about.user })}, <Time at={about.time} now={now} />
            </span>
          </p>
          {about.note ? <blockquote>{about.note}</blockquote> : null}
          {appeal.statement_reasons ? (
            <details>
              <summary>{t('appeal.told')}</summary>
              <pre class="appeal-statement" lang={appeal.statement_reasons.language}>
                {appeal.statement_reasons.text}
              </pre>
            </details>
          ) : null}
          <a class="button button-small" href={href({ page: 'case', id: appeal.case })}>
            {t('appeal.case', { id: appeal.case })}
          </a>
        </section>
      </div>
      {appeal.state !== 'open' ? (
        <Outcome appeal={appeal} />
      ) : appeal.may_answer ? (
        <Answer appeal={appeal} change={change} />
      ) : (
        <Notice tone="warm">{t('appeals.not_yours')}</Notice>
      )}
    </main>
  );
}

function Outcome({ appeal }: { appeal: AppealType }) {
  const { t } = useT();
  return (
    <section aria-labelledby="appeal-outcome">
      <h2 id="appeal-outcome">
        {t(`appeals.state.${appeal.state}`)} {appeal.decided_by ? t('act.by', { who: appeal.decided_by }) : ''}
      </h2>
      {appeal.reasons ? <p>{appeal.reasons}</p> : null}
      {appeal.answer ? (
        <pre class="appeal-statement" lang={appeal.language}>
          {appeal.answer}
        </pre>
      ) : null}
    </section>
  );
}

function Answer({ appeal, change }: { appeal: AppealType; change(appeal: AppealType): void }) {
  const { t } = useT();
  const kept = `appeal.${appeal.id}`;
  const [outcome, setOutcome] = useState<AppealState | ''>('');
  const [reasons, setReasons] = useState(() => readNote(`${kept}.reasons`));
  const [edited, setEdited] = useState<string | null>(() => readNote(`${kept}.answer`) || null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const proposed = outcome === 'overturned' ? appeal.drafts?.overturned : outcome === 'upheld' ? appeal.drafts?.upheld : '';
  const answer = edited ?? proposed ?? '';

  function choose(next: AppealState): void {
    setOutcome(next);
    setErrors({});
  }
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!outcome) missing['outcome'] = t('appeal.outcome.missing');
    if (!reasons.trim()) missing['reasons'] = t('appeal.reasons.missing');
    if (outcome && !appeal.own_motion && !answer.trim()) missing['answer'] = t('appeal.answer.missing');
    setErrors(missing);
    const first = Object.keys(missing)[0];
    if (first) return document.getElementById(first === 'outcome' ? 'appeal-upheld' : `appeal-${first}`)?.focus();
    setBusy(true);
    try {
      const done = await decisionsApi.answer(appeal.id, {
        outcome: outcome as AppealState,
        reasons: reasons.trim(),
        ...(appeal.own_motion ? {} : { answer: answer.trim() }),
      });
      dropNote(`${kept}.reasons`);
      dropNote(`${kept}.answer`);
      toast(t('appeal.done', { id: appeal.id }));
      change(done);
    } catch (error) {
      const failure = error instanceof ApiError ? error : new ApiError(0, {}, 0);
      const at = (failure.problem.pointer ?? '').slice(1);
      setErrors({ [at || (appeal.own_motion ? 'reasons' : 'answer')]: failure.lost ? t('error.network') : (failure.problem.detail ?? t('error.other')) });
    } finally {
      setBusy(false);
    }
  }
  return (
    <form class="appeal-answer stack" aria-labelledby="appeal-answer-title" onSubmit={(e) => void send(e)}>
      <h2 id="appeal-answer-title">{t('appeal.answer.title')}</h2>
      <fieldset aria-describedby="appeal-outcome-more">
        <legend>{t('appeal.outcome')}</legend>
        {(['upheld', 'overturned'] as const).map((o) => (
          <label key={o} class="choice">
            <input type="radio" name="outcome" id={`appeal-${o}`} checked={outcome === o} onChange={() => choose(o)} />{' '}
            <span>
              {t(`appeal.outcome.${o}`)} <small class="soft">{t(appeal.own_motion ? `appeal.own.${o}.effect` : `appeal.outcome.${o}.effect`)}</small>
            </span>
          </label>
        ))}
        <small id="appeal-outcome-more" class="field-error">
          {errors['outcome'] ?? ''}
        </small>
      </fieldset>
      <Field id="appeal-reasons" label={t('appeal.reasons')} help={t('appeal.reasons.help')} error={errors['reasons'] ?? ''}>
        {(props) => (
          <textarea
            {...props}
            rows={3}
            value={reasons}
            onInput={(e) => {
              setReasons(e.currentTarget.value);
              setErrors({});
              keepNote(`${kept}.reasons`, e.currentTarget.value);
            }}
          />
        )}
      </Field>
      {appeal.own_motion ? null : (
        <Field
          id="appeal-answer"
          label={t('appeal.answer', { language: t(`statement.language.${appeal.language}`) })}
          help={t('statement.help')}
          error={errors['answer'] ?? ''}
        >
          {(props) => (
            <textarea
              {...props}
              rows={8}
              lang={appeal.language}
              value={answer}
              onInput={(e) => {
                setEdited(e.currentTarget.value);
                setErrors({});
                keepNote(`${kept}.answer`, e.currentTarget.value);
              }}
            />
          )}
        </Field>
      )}
      <button type="submit" class="button button-main" disabled={busy}>
        {t('appeal.send')}
      </button>
    </form>
  );
}
