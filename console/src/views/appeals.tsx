// SPDX-License-Identifier: Apache-2.0
// Appeals: what waits for an answer, by its deadline, and how appeals end. Who looks: a référent or a lead with half an hour; in ten seconds,
// which one to take first and whether she may.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { decisionsApi } from '../api-decisions';
import { useNow } from '../clock';
import { duration } from '../format';
import { word } from '../i18n';
import { href } from '../route';
import { may, toast, useApp, useT } from '../state';
import type { AppealFigure, AppealState, AppealSummary } from '../types-decisions';
import { Field, Notice, Time, useSpaceTitle } from './parts';

const states: readonly AppealState[] = ['open', 'upheld', 'overturned'];

export function Appeals() {
  const { t } = useT();
  const session = useApp((s) => s.session);
  const [state, setState] = useState<AppealState>('open');
  const [list, setList] = useState<AppealSummary[] | null>(null);
  const [next, setNext] = useState<string | undefined>(undefined);
  const [failed, setFailed] = useState(false);

  function load(before = ''): void {
    setFailed(false);
    decisionsApi.appeals(state, before).then(
      (answer) => {
        setList((old) => (before && old ? [...old, ...answer.appeals] : answer.appeals));
        setNext(answer.next);
      },
      () => setFailed(true),
    );
  }
  useEffect(() => {
    setList(null);
    load();
  }, [state]);

  return (
    <main id="main" class="page page-appeals" tabIndex={-1}>
      <h1>{t('appeals.title')}</h1>
      <p class="lead">{t('appeals.lead')}</p>
      <div class="choices" role="group" aria-label={t('appeals.show')}>
        {states.map((s) => (
          <button key={s} type="button" class="button button-small" aria-pressed={s === state} onClick={() => setState(s)}>
            {t(`appeals.state.${s}`)}
          </button>
        ))}
      </div>
      {failed ? (
        <Notice tone="bad" alert>
          {t('appeals.failed')}{' '}
          <button type="button" class="button" onClick={() => load()}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {list?.length === 0 ? <p class="empty">{t(`appeals.empty.${state}`)}</p> : null}
      {list && list.length > 0 ? <List list={list} /> : null}
      {next ? (
        <button type="button" class="button" onClick={() => load(next)}>
          {t('appeals.more')}
        </button>
      ) : null}
      {may(session, 'appeal.decide') ? <Make onMade={() => load()} /> : null}
      {may(session, 'figures.see') ? <Figures /> : null}
    </main>
  );
}

function List({ list }: { list: readonly AppealSummary[] }) {
  const { t } = useT();
  const now = useNow();
  const title = useSpaceTitle();
  return (
    <ul class="appeals">
      {list.map((a) => (
        <li key={a.id} class="appeal-row">
          <div>
            <a href={href({ page: 'appeal', id: a.id })}>
              <bdi>{a.account || t('appeals.erased')}</bdi>
            </a>
            <span class="soft">
              {' '}
              {a.id} · {a.case} · {title(a.space)} · {word(t, 'category', a.category)}
              {a.own_motion ? <> · {t('appeals.own')}</> : null}
            </span>
          </div>
          <div class={a.late ? 'late' : 'soft'}>
            {a.state === 'open' ? (
              a.late ? (
                t('appeals.late')
              ) : (
                t('appeals.due', { time: duration(t, Date.parse(a.due) - now) })
              )
            ) : (
              <Time at={a.decided ?? a.made} now={now} />
            )}
          </div>
          {a.state === 'open' && !a.may_answer ? <div class="soft">{t('appeals.not_yours')}</div> : null}
        </li>
      ))}
    </ul>
  );
}

/** An appeal that came by telephone or letter. */
function Make({ onMade }: { onMade(): void }) {
  const { t } = useT();
  const [form, setForm] = useState({ of: '', account: '', text: '' });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const of = form.of.trim();
    const missing: Record<string, string> = {};
    if (!/^[cs]-\d{6,}$/.test(of)) missing['of'] = t('appeals.make.of.wrong');
    if (!form.account.trim()) missing['account'] = t('appeals.make.account.missing');
    if (!form.text.trim()) missing['text'] = t('appeals.make.text.missing');
    setErrors(missing);
    const first = Object.keys(missing)[0];
    if (first) return document.getElementById(`appeal-${first}`)?.focus();
    setBusy(true);
    try {
      const made = await decisionsApi.makeAppeal({
        ...(of.startsWith('s') ? { statement: of } : { case: of }),
        account: form.account.trim(),
        text: form.text.trim(),
      });
      setForm({ of: '', account: '', text: '' });
      toast(t('appeals.make.done', { id: made.id }));
      onMade();
    } catch (error) {
      const answer = error instanceof ApiError ? error : new ApiError(0, {}, 0);
      setErrors(
        answer.lost
          ? { text: t('error.network') }
          : answer.status === 404
            ? { of: t('appeals.make.unknown') }
            : { text: answer.problem.detail ?? t('error.other') },
      );
    } finally {
      setBusy(false);
    }
  }
  return (
    <details class="make">
      <summary>{t('appeals.make')}</summary>
      <form class="stack" onSubmit={(e) => void send(e)}>
        <Field id="appeal-of" label={t('appeals.make.of')} help={t('appeals.make.of.help')} error={errors['of'] ?? ''}>
          {(props) => <input {...props} value={form.of} onInput={(e) => setForm({ ...form, of: e.currentTarget.value })} />}
        </Field>
        <Field id="appeal-account" label={t('appeals.make.account')} error={errors['account'] ?? ''}>
          {(props) => (
            <input {...props} value={form.account} onInput={(e) => setForm({ ...form, account: e.currentTarget.value })} />
          )}
        </Field>
        <Field id="appeal-text" label={t('appeals.make.text')} error={errors['text'] ?? ''}>
          {(props) => (
            <textarea {...props} rows={4} value={form.text} onInput={(e) => setForm({ ...form, text: e.currentTarget.value })} />
          )}
        </Field>
        <button type="submit" class="button button-main" disabled={busy}>
          {t('appeals.make.send')}
        </button>
      </form>
    </details>
  );
}

function Figures() {
  const { t } = useT();
  const title = useSpaceTitle();
  const [rows, setRows] = useState<AppealFigure[]>([]);
  useEffect(() => {
    decisionsApi.figures(90).then(
      (answer) => setRows(answer.figures),
      () => setRows([]),
    );
  }, []);
  if (rows.length === 0) return null;
  return (
    <section>
      <h2>{t('appeals.figures')}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('appeals.figures')}>
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">{t('appeals.col.what')}</th>
              <th scope="col">{t('appeals.col.decisions')}</th>
              <th scope="col">{t('appeals.col.appeals')}</th>
              <th scope="col">{t('appeals.state.open')}</th>
              <th scope="col">{t('appeals.state.upheld')}</th>
              <th scope="col">{t('appeals.state.overturned')}</th>
              <th scope="col">{t('appeals.col.late')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={`${r.space}/${r.category}`}>
                <th scope="row">
                  {title(r.space)} · {word(t, 'category', r.category)}
                </th>
                {[r.decisions, r.appeals, r.open, r.upheld, r.overturned, r.late].map((n, i) => (
                  <td key={i}>{n}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
