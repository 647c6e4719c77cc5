// SPDX-License-Identifier: Apache-2.0
// In a case: whom to tell, in which order, under which law, from what is known. It proposes; a person confirms.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { routeApi } from '../api-route';
import { countryName, countryOf } from '../countries';
import { percentText } from '../format';
import { pick, word } from '../i18n';
import { keepForm, keptForm } from '../people';
import { callsFirst, otherStops } from '../routing';
import { toast, useT } from '../state';
import { factKinds, whoses, type Fact, type FactKind, type RoutePlan, type Stop, type Whose } from '../types-route';
import { Reach } from './law';
import { Field, Notice } from './parts';
import { Refusal, Sure, useSending } from './report-parts';

export interface PlanState {
  plan: RoutePlan | null;
  failed: '' | 'refused' | 'failed';
  load(): void;
}

/** The plan of a case; read at once when `now` says so, else when somebody asks: each reading is on record. */
export function usePlan(caseId: string, now: boolean): PlanState {
  const [plan, setPlan] = useState<RoutePlan | null>(null);
  const [failed, setFailed] = useState<PlanState['failed']>('');
  function load(): void {
    setFailed('');
    routeApi.plan(caseId).then(setPlan, (error) => setFailed(error instanceof ApiError && error.status === 403 ? 'refused' : 'failed'));
  }
  useEffect(() => {
    if (now) load();
  }, [caseId, now]);
  return { plan, failed, load };
}

/** The number to call, large, before anything else. */
export function CallFirst({ plan }: { plan: RoutePlan }) {
  const { t, lang } = useT();
  const calls = callsFirst(plan);
  if (!plan.urgent) return null;
  return (
    <div class="call-first" role="group" aria-label={t('route.call')}>
      <p>
        <strong>{t('route.call')}</strong> {plan.imminent.map((why) => word(t, 'route.imminent', why)).join(' · ')}
      </p>
      {calls.length === 0 ? <p>{t('route.call.unknown')}</p> : null}
      <ul>
        {calls.map((stop, i) => (
          <li key={`${stop.country} ${i}`}>
            {stop.receiver?.phone ? (
              <a class="call-number" href={`tel:${stop.receiver.phone.replace(/[^+\d]/g, '')}`}>
                {stop.receiver.phone}
              </a>
            ) : null}
            <span>
              <span>
                {stop.receiver ? pick(stop.receiver.name, lang) : ''} · {pick(stop.country_name, lang)}
                {stop.receiver?.hours ? <span class="soft"> · {stop.receiver.hours}</span> : null}
              </span>
              {stop.receiver ? <Sure from={stop.receiver.from} /> : null}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Where to go, in order; `prepare` makes a report for one of them. */
export function Stops({ plan, prepare }: { plan: RoutePlan; prepare?: ((stop: Stop) => void) | undefined }) {
  const { t, lang } = useT();
  const stops = otherStops(plan);
  if (stops.length === 0) return <p class="soft">{t('route.stops.none')}</p>;
  return (
    <ol class="stops">
      {stops.map((stop, i) => (
        <li key={`${stop.country} ${stop.receiver?.id ?? ''} ${i}`} class={stop.kind === 'instead' ? 'stop-instead' : ''}>
          <p class="stop-name">
            <strong>{stop.receiver ? pick(stop.receiver.name, lang) : pick(stop.country_name, lang)}</strong>{' '}
            {stop.receiver ? (
              <span class="soft">
                {pick(stop.country_name, lang)} · {word(t, 'receiver.kind', stop.receiver.kind)}
              </span>
            ) : null}
            {stop.urgent && stop.kind !== 'call' ? <span class="notice-tag notice-tag-warm">{t('route.urgent')}</span> : null}
          </p>
          <p>{pick(stop.why, lang)}</p>
          <p class="soft">{pick(stop.send, lang)}</p>
          {stop.receiver ? <Reach r={stop.receiver} /> : null}
          {stop.receiver ? <Sure from={stop.receiver.from} /> : null}
          {prepare && stop.receiver?.channel ? (
            <button type="button" class="button button-small" onClick={() => prepare(stop)}>
              {t('route.prepare')}
            </button>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

export function Unknowns({ plan }: { plan: RoutePlan }) {
  const { t, lang } = useT();
  if (plan.unknowns.length === 0) return null;
  return (
    <div class="unknowns">
      <h3>{t('route.unknowns')}</h3>
      <ul>
        {plan.unknowns.map((u) => (
          <li key={u.code}>{pick(u.say, lang)}</li>
        ))}
      </ul>
    </div>
  );
}

export function Statutes({ plan }: { plan: RoutePlan }) {
  const { t, lang } = useT();
  if (plan.statutes.length === 0) return <p class="soft">{t('route.statutes.none')}</p>;
  return (
    <ul class="law-list">
      {plan.statutes.map(({ statute, why, confidence }) => (
        <li key={statute.id}>
          <span>
            <strong>{statute.reference}</strong>{' '}
            <span class="soft">
              {countryName(t, lang, statute.country)} · {t('route.confidence', { n: percentText(lang, confidence) })}
            </span>
          </span>
          <span>{pick(statute.title, lang)}</span>
          <span class="soft">{pick(why, lang)}</span>
          <Sure from={statute.from} />
        </li>
      ))}
    </ul>
  );
}

const emptyFact = { whose: 'author' as Whose, kind: 'place' as FactKind, country: '', detail: '' };

/** What is known of where people are, each with how it is known; whoever may, adds what they know. */
export function Facts({ caseId, plan, changed }: { caseId: string; plan: RoutePlan; changed(): void }) {
  const { t } = useT();
  const [adding, setAdding] = useState(false);
  const removing = useSending();
  return (
    <div class="facts-known">
      {plan.facts.length === 0 ? <p class="soft">{t('route.facts.none')}</p> : null}
      {whoses.map((whose) => {
        const facts = plan.facts.filter((f) => f.whose === whose);
        return facts.length === 0 ? null : (
          <div key={whose}>
            <h4>{t(`whose.${whose}`)}</h4>
            <ul>
              {facts.map((f, i) => (
                <FactLine key={f.number ?? `${f.country} ${f.hint} ${i}`} f={f} remove={plan.may_keep && f.number ? () => void removing.send(() => routeApi.removeFact(caseId, f.number ?? 0), changed) : undefined} />
              ))}
            </ul>
          </div>
        );
      })}
      {plan.geo.state === 'unreadable' ? <Notice tone="warm">{t('route.geo.unreadable')}</Notice> : plan.geo.state === 'none' ? <p class="soft">{t('route.geo.none')}</p> : null}
      <Refusal sending={removing} />
      {!plan.may_keep ? null : adding ? (
        <AddFact
          caseId={caseId}
          known={plan.map.map((p) => p.country)}
          close={() => setAdding(false)}
          added={() => {
            setAdding(false);
            toast(t('fact.added'));
            changed();
          }}
        />
      ) : (
        <button type="button" class="button button-small" onClick={() => setAdding(true)}>
          {t('fact.add')}
        </button>
      )}
    </div>
  );
}

function FactLine({ f, remove }: { f: Fact; remove: (() => void) | undefined }) {
  const { t, lang } = useT();
  return (
    <li>
      <strong>{countryName(t, lang, f.country)}</strong> {t(`fact.kind.${f.kind}`)}{' '}
      <span class="soft">
        {word(t, 'hint', f.hint)}
        {f.detail ? (
          <>
            {' '}
            (<bdi>{f.detail}</bdi>)
          </>
        ) : null}{' '}
        · {percentText(lang, f.confidence)}
      </span>
      {remove ? (
        <button type="button" class="link" onClick={remove} aria-label={t('fact.remove.of', { country: countryName(t, lang, f.country) })}>
          {t('fact.remove')}
        </button>
      ) : null}
    </li>
  );
}

function AddFact({ caseId, known, added, close }: { caseId: string; known: readonly string[]; added(): void; close(): void }) {
  const { t, lang } = useT();
  const kept = `fact.${caseId}`;
  const [form, setForm] = useState(() => keptForm(kept, emptyFact));
  const [codes, setCodes] = useState<readonly string[]>(known);
  const sending = useSending(['whose', 'kind', 'country', 'detail']);
  useEffect(() => {
    document.getElementById('fact-country')?.focus();
    routeApi.law().then(
      (book) => setCodes([...new Set([...known, ...book.countries.map((c) => c.code)])].filter((code) => code !== 'EU' && code !== 'ZZ')),
      () => {},
    );
  }, []);
  const change = (part: Partial<typeof emptyFact>): void => {
    const next = { ...form, ...part };
    setForm(next);
    keepForm(kept, next);
  };
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const country = countryOf(form.country, codes, (code) => countryName(t, lang, code));
    if (!country) {
      sending.setErrors({ country: t('fact.country.wrong') });
      return document.getElementById('fact-country')?.focus();
    }
    const detail = form.detail.trim();
    await sending.send(
      () => routeApi.addFact(caseId, { whose: form.whose, kind: form.kind, country, ...(detail ? { detail } : {}) }),
      () => {
        keepForm(kept, null);
        added();
      },
    );
  }
  return (
    <form class="fact-form" onSubmit={(e) => void send(e)} noValidate>
      <Field id="fact-whose" label={t('fact.whose')} error={sending.errors['whose'] ?? ''}>
        {(p) => (
          <select {...p} value={form.whose} onChange={(e) => change({ whose: e.currentTarget.value as Whose })}>
            {whoses.map((w) => (
              <option key={w} value={w}>
                {t(`whose.${w}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id="fact-kind" label={t('fact.kind')} error={sending.errors['kind'] ?? ''}>
        {(p) => (
          <select {...p} value={form.kind} onChange={(e) => change({ kind: e.currentTarget.value as FactKind })}>
            {factKinds.map((k) => (
              <option key={k} value={k}>
                {t(`fact.kind.${k}.long`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field id="fact-country" label={t('fact.country')} help={t('fact.country.help')} error={sending.errors['country'] ?? ''}>
        {(p) => (
          <>
            <input {...p} list="fact-countries" autocomplete="off" value={form.country} onInput={(e) => change({ country: e.currentTarget.value })} />
            <datalist id="fact-countries">
              {codes.map((code) => (
                <option key={code} value={countryName(t, lang, code)} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field id="fact-detail" label={t('fact.detail')} help={t('fact.detail.help')} error={sending.errors['detail'] ?? ''}>
        {(p) => <input {...p} maxLength={500} value={form.detail} onInput={(e) => change({ detail: e.currentTarget.value })} />}
      </Field>
      <Refusal sending={sending} />
      <div class="form-buttons">
        <button type="submit" class="button button-main button-small" disabled={sending.busy}>
          {t('fact.save')}
        </button>
        <button type="button" class="button button-small" onClick={close}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}
