// SPDX-License-Identifier: Apache-2.0
// One demand of an authority: the time left, what it is about, what may be done next, the proof.
import { useState } from 'preact/hooks';
import { demandsApi } from '../api-demands';
import { useNow } from '../clock';
import { countryName } from '../countries';
import { clockWords, leftNow, tone } from '../demands';
import { dropNote, keepNote, readNote } from '../draft';
import { full } from '../format';
import { word } from '../i18n';
import { href } from '../route';
import { may, toast, useApp, useT } from '../state';
import { demandGrounds, type DemandAction, type DemandGround, type DemandWhole } from '../types-demands';
import { NoAnswer, useAnswer } from './choose';
import { Field, Meter, Time, useSpaceTitle } from './parts';
import { Refusal, useSending } from './report-parts';

export function DemandPage({ id }: { id: string }) {
  const { t } = useT();
  const { answer, failed, again } = useAnswer(() => demandsApi.read(id).then((d) => ({ d, read: Date.now() })), [id]);
  const [newer, setNewer] = useState<{ d: DemandWhole; read: number } | null>(null);
  const found = newer ?? answer;
  return (
    <main id="main" class="page page-demand" tabIndex={-1} aria-busy={!found && !failed}>
      <a class="button button-small" href={href({ page: 'demands' })}>
        ← {t('demands.title')}
      </a>
      {found ? <Found d={found.d} read={found.read} change={(d) => setNewer({ d, read: Date.now() })} /> : <h1>{id}</h1>}
      <NoAnswer failed={failed && !found} waiting={!found} sentence="demand.failed" again={again} />
    </main>
  );
}

function Found({ d, read, change }: { d: DemandWhole; read: number; change(d: DemandWhole): void }) {
  const { t, lang } = useT();
  const now = useNow();
  const title = useSpaceTitle();
  const keeps = useApp((s) => may(s.session, 'demand.keep'));
  const since = Math.max(0, now - read);
  const whole = d.clock.whole_seconds * 1000;
  return (
    <>
      <h1>{d.authority ?? d.id}</h1>
      <p class="soft">
        {d.id} · {countryName(t, lang, d.country)} · {title(d.space)} · {t(`demand.kind.${d.kind}`)} · {t(`demand.category.${d.category}`)} · {t(`demand.way.${d.way}`)}
      </p>
      <div class={`demand-clock clock-${tone(d, since)}`} role="status">
        <p>
          <strong class="demand-left">{clockWords(t, d, since) || t('demand.state.done')}</strong>{' '}
          <span class="soft">{d.state === 'done' ? full(lang, d.done ?? d.due) : t('demand.due', { time: full(lang, d.due) })}</span>
        </p>
        {d.state === 'done' ? null : <Meter share={whole > 0 ? 1 - leftNow(d.clock, since) / whole : 1} />}
      </div>
      {d.destroyed ? <p class="soft">{t('demand.destroyed')}</p> : null}
      <dl class="facts-row">
        {d.reference ? (
          <div>
            <dt>{t('demand.reference')}</dt>
            <dd>{d.reference}</dd>
          </div>
        ) : null}
        {d.legal_basis ? (
          <div>
            <dt>{t('demand.legal_basis')}</dt>
            <dd>{d.legal_basis}</dd>
          </div>
        ) : null}
      </dl>
      {d.note ? <p class="answer-what">{d.note}</p> : null}
      {keeps && d.actions.length > 0 ? <Next d={d} change={change} /> : null}
      <section aria-labelledby="demand-things">
        <h2 id="demand-things">{t('demand.items')}</h2>
        <ul class="demand-things">
          {d.things.map((thing, i) => (
            <li key={i}>
              <span class="soft">{t(`demand.thing.${thing.kind}`)}</span> <bdi class="demand-value">{thing.value}</bdi>
              <span class={thing.unreachable_since ? '' : 'soft'}>
                {thing.unreachable_since ? t('demand.unreachable', { time: full(lang, thing.unreachable_since) }) : t('demand.reachable')}
                {thing.how ? <> · {thing.how}</> : null}
              </span>
            </li>
          ))}
        </ul>
        {keeps && d.state !== 'done' && !d.destroyed && d.things.some((thing) => !thing.unreachable_since) ? <Executed d={d} change={change} /> : null}
      </section>
      {d.proved ? (
        <section aria-labelledby="demand-proof">
          <h2 id="demand-proof">{t('demand.proof')}</h2>
          <div class="form-buttons">
            <a class="button button-small" href={demandsApi.proof(d.id)} download={`${d.id}-proof.json`}>
              {t('demand.proof.signed')}
            </a>
            <a class="button button-small" href={demandsApi.proof(d.id, lang)} download={`${d.id}-proof.txt`}>
              {t('demand.proof.text')}
            </a>
          </div>
        </section>
      ) : null}
      <section aria-labelledby="demand-steps">
        <h2 id="demand-steps">{t('filing.steps')}</h2>
        <ol class="timeline">
          {d.steps.map((s, i) => (
            <li key={i}>
              <Time at={s.time} now={now} />
              <span>
                <strong>{word(t, 'demand.step', s.step)}</strong> {t('act.by', { who: s.by })}
                {s.ground ? <> · {t(`demand.ground.${s.ground}`)}</> : null}
                {s.text ? <span class="timeline-note">{s.text}</span> : null}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

/** Everything in it is out of reach: said for each thing that was not. */
function Executed({ d, change }: { d: DemandWhole; change(d: DemandWhole): void }) {
  const { t } = useT();
  const sending = useSending();
  const open = d.things.filter((thing) => !thing.unreachable_since).map(({ kind, value }) => ({ kind, value }));
  return (
    <>
      <button type="button" class="button" disabled={sending.busy} onClick={() => void sending.send(() => demandsApi.executed(d.id, open), change)}>
        {t('demand.executed', { n: open.length })}
      </button>
      <Refusal sending={sending} />
    </>
  );
}

function Next({ d, change }: { d: DemandWhole; change(d: DemandWhole): void }) {
  const { t } = useT();
  const [action, setAction] = useState<DemandAction | null>(null);
  const kept = `demand.${d.id}`;
  const [text, setText] = useState(() => readNote(kept));
  const [ground, setGround] = useState<DemandGround>('information_missing');
  const sending = useSending(['text', 'ground']);
  const reasoned = action === 'suspend' || action === 'contest';
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (!action) return;
    if (reasoned && !text.trim()) {
      sending.setErrors({ text: t('demand.text.missing') });
      return document.getElementById('demand-text')?.focus();
    }
    await sending.send(
      () => demandsApi.step(d.id, { step: action, ...(action === 'suspend' ? { ground } : {}), ...(text.trim() ? { text: text.trim() } : {}) }),
      (after) => {
        dropNote(kept);
        setText('');
        setAction(null);
        toast(t('demand.stepped'));
        change(after);
      },
    );
  }
  return (
    <section class="card" aria-labelledby="demand-next">
      <h2 id="demand-next">{t('filing.acts')}</h2>
      <div class="choices" role="group" aria-labelledby="demand-next">
        {d.actions.map((a) => (
          <button key={a} type="button" class="button button-small" aria-pressed={a === action} onClick={() => setAction(a)}>
            {t(`demand.do.${a}`)}
          </button>
        ))}
      </div>
      {action ? (
        <form class="stack" onSubmit={(e) => void send(e)} noValidate>
          <p class="soft">{t(`demand.effect.${action}`)}</p>
          {action === 'suspend' ? (
            <Field id="demand-ground" label={t('demand.ground')} error={sending.errors['ground'] ?? ''}>
              {(p) => (
                <select {...p} value={ground} onChange={(e) => setGround(e.currentTarget.value as DemandGround)}>
                  {demandGrounds.map((g) => (
                    <option key={g} value={g}>
                      {t(`demand.ground.${g}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          ) : null}
          <Field id="demand-text" label={t(reasoned ? 'demand.text' : 'demand.remark')} help={t('demand.text.help')} error={sending.errors['text'] ?? ''}>
            {(p) => (
              <textarea
                {...p}
                rows={3}
                maxLength={4000}
                value={text}
                onInput={(e) => {
                  setText(e.currentTarget.value);
                  keepNote(kept, e.currentTarget.value);
                }}
              />
            )}
          </Field>
          <Refusal sending={sending} />
          <button type="submit" class="button button-main" disabled={sending.busy}>
            {t(`demand.do.${action}`)}
          </button>
        </form>
      ) : null}
    </section>
  );
}
