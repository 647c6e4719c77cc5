// SPDX-License-Identifier: Apache-2.0
// For a lead: who may decide what until when; suspending, reinstating, revoking, recording a certificate of another body.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { training as ask, type Keeping } from '../api-training';
import { dayOf } from '../format';
import { pick, type T } from '../i18n';
import { toast, useApp, useT } from '../state';
import type { Lang } from '../types';
import { restsByGold } from '../training';
import { categories, type Category, type CategoryState, type Certificate, type TrainedPerson, type TrainingSpace } from '../types-training';
import { Field, Notice } from './parts';
import { stateWords } from './training';

interface Chosen {
  user: string;
  space: string;
  category: Category;
}

export function CertificatesPage() {
  const { t } = useT();
  const [people, setPeople] = useState<TrainedPerson[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  useEffect(() => {
    let left = false;
    setFailed(false);
    ask.people().then(
      (got) => left || setPeople(got.people),
      () => left || setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [again]);
  return (
    <main id="main" class="page page-certificates" tabIndex={-1}>
      <h1>{t('certs.title')}</h1>
      <p class="lead">{t('certs.lead')}</p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('certs.failed')}{' '}
          <button type="button" class="button" onClick={() => setAgain(again + 1)}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {!people && !failed ? <p class="empty">{t('app.loading')}</p> : null}
      {people && people.length === 0 ? <p class="empty">{t('certs.empty')}</p> : null}
      {(people ?? []).map((person) => (
        <Person
          key={person.name}
          person={person}
          chosen={chosen?.user === person.name ? chosen : null}
          onChoose={(space, category) =>
            setChosen(
              chosen?.user === person.name && chosen.space === space && chosen.category === category
                ? null
                : { user: person.name, space, category },
            )
          }
          onDone={() => {
            toast(t('certs.done'));
            setChosen(null);
            setAgain(again + 1);
          }}
        />
      ))}
    </main>
  );
}

interface PersonProps {
  person: TrainedPerson;
  chosen: Chosen | null;
  onChoose(space: string, category: Category): void;
  onDone(): void;
}

function Person({ person, chosen, onChoose, onDone }: PersonProps) {
  const { t, lang } = useT();
  const own = useApp((s) => s.session?.user.name === person.name);
  const space = person.spaces.find((s) => s.space === chosen?.space);
  const state = space?.categories.find((c) => c.category === chosen?.category);
  return (
    <section class="cert-person" aria-label={person.display}>
      <h2>
        {person.display} <span class="soft">{person.name}</span>
      </h2>
      {own ? <p class="soft">{t('certs.own')}</p> : null}
      <div class="table-box">
        <table class="cert-table">
          <thead>
            <tr>
              <th scope="col">{t('certs.space')}</th>
              {categories.map((c) => (
                <th key={c} scope="col">
                  {t(`training.category.${c}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {person.spaces.map((one) => (
              <tr key={one.space}>
                <th scope="row">{pick(one.title, lang) || one.space}</th>
                {one.categories.map((c) => (
                  <td key={c.category} data-label={t(`training.category.${c.category}`)}>
                    <Cell
                      state={c}
                      person={person.display}
                      own={own}
                      pressed={chosen?.space === one.space && chosen.category === c.category}
                      onPress={() => onChoose(one.space, c.category)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {chosen && space && state ? (
        <Change key={`${chosen.space} ${chosen.category}`} person={person} space={space} state={state} onDone={onDone} />
      ) : null}
    </section>
  );
}

interface CellProps {
  state: CategoryState;
  person: string;
  own: boolean;
  pressed: boolean;
  onPress(): void;
}

function Cell({ state, person, own, pressed, onPress }: CellProps) {
  const { t, lang } = useT();
  const words = stateWords(t, lang, state);
  if (own || state.state === 'not_required') return <span class={`open-state open-${state.state}`}>{words}</span>;
  return (
    <button
      type="button"
      class={`open-state open-button open-${state.state}`}
      aria-expanded={pressed}
      aria-label={`${t('certs.act.title', { who: person, category: t(`training.category.${state.category}`) })}, ${words}`}
      onClick={onPress}
    >
      {words}
    </button>
  );
}

function basis(t: T, c: Certificate): string {
  return t(`certs.basis.${c.basis}`, { issuer: c.issuer ?? '', number: c.number ?? '' });
}

function held(t: T, lang: Lang, c: Certificate): string {
  return t(`certs.state.${c.state}`, { date: dayOf(lang, c.until) });
}

interface ChangeProps {
  person: TrainedPerson;
  space: TrainingSpace;
  state: CategoryState;
  onDone(): void;
}

function Change({ person, space, state, onDone }: ChangeProps) {
  const { t, lang } = useT();
  const about: Keeping = { user: person.name, space: space.space, category: state.category };
  const certificates = person.certificates.filter(
    (c) => c.category === state.category && (c.space === '*' || c.space === space.space),
  );
  const suspended = state.state === 'suspended';
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState('');
  const [failure, setFailure] = useState('');
  async function send(what: (why: string) => Promise<unknown>): Promise<void> {
    const why = reason.trim();
    setWrong(why ? '' : t('certs.reason.missing'));
    if (!why) {
      document.getElementById('cert-reason')?.focus();
      return;
    }
    setFailure('');
    try {
      await what(why);
      onDone();
    } catch (error) {
      setFailure(error instanceof ApiError && !error.lost ? error.message : t('error.network'));
    }
  }
  return (
    <div class="panel cert-change">
      <h3>{t('certs.act.title', { who: person.display, category: t(`training.category.${state.category}`) })}</h3>
      {state.reason ? (
        <p class="soft">
          {t('open.reason', {
            reason: restsByGold(person, space.space, state.category) ? t('open.reason.gold.lead') : state.reason,
          })}
        </p>
      ) : null}
      <Field id="cert-reason" label={t('certs.reason')} help={t('certs.reason.help')} error={wrong}>
        {(props) => (
          <input {...props} type="text" maxLength={500} value={reason} onInput={(e) => {
              setReason(e.currentTarget.value);
              setWrong('');
            }} />
        )}
      </Field>
      <div class="panel-send">
        <button
          type="button"
          class="button button-main"
          onClick={() => void send((why) => ask[suspended ? 'reinstate' : 'suspend']({ ...about, reason: why }))}
        >
          {t(suspended ? 'certs.reinstate' : 'certs.suspend')}
        </button>
      </div>
      <h4>{t('certs.held')}</h4>
      {certificates.length === 0 ? <p class="soft">{t('certs.held.none')}</p> : null}
      <ul class="cert-held">
        {certificates.map((c) => (
          <li key={c.id}>
            <span>
              {basis(t, c)}, {held(t, lang, c)}
              {c.reason ? <span class="soft"> · {t('open.reason', { reason: c.reason })}</span> : null}
            </span>
            {c.state === 'valid' && c.space !== '*' ? (
              <button type="button" class="button button-small" onClick={() => void send((why) => ask.revoke(c.id, why))}>
                {t('certs.revoke')}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {failure ? (
        <Notice tone="bad" alert>
          {failure}
        </Notice>
      ) : null}
      {space.outside.length > 0 ? <Outside about={about} bodies={space.outside} onDone={onDone} /> : null}
    </div>
  );
}

function Outside({ about, bodies, onDone }: { about: Keeping; bodies: string[]; onDone(): void }) {
  const { t } = useT();
  const [issuer, setIssuer] = useState(bodies[0] ?? '');
  const [number, setNumber] = useState('');
  const [until, setUntil] = useState('');
  const [wrong, setWrong] = useState<Record<string, string>>({});
  async function record(): Promise<void> {
    const bad: Record<string, string> = {};
    if (!number.trim()) bad['number'] = t('certs.number.missing');
    if (!until || Date.parse(until) <= Date.now()) bad['until'] = t('certs.until.missing');
    setWrong(bad);
    if (Object.keys(bad).length > 0) return;
    try {
      await ask.record({ ...about, issuer, number: number.trim(), until: new Date(until).toISOString() });
      onDone();
    } catch (error) {
      const answer = error instanceof ApiError && !error.lost ? error : null;
      const field = (answer?.problem.pointer ?? '').replace('/', '') || 'number';
      setWrong({ [field]: answer?.message ?? t('error.network') });
    }
  }
  return (
    <details>
      <summary>{t('certs.outside')}</summary>
      <div class="fields">
        <Field id="cert-issuer" label={t('certs.issuer')} error={wrong['issuer'] ?? ''}>
          {(props) => (
            <select {...props} value={issuer} onChange={(e) => setIssuer(e.currentTarget.value)}>
              {bodies.map((b) => (
                <option key={b} value={b}>
                  {b}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id="cert-number" label={t('certs.number')} error={wrong['number'] ?? ''}>
          {(props) => (
            <input {...props} type="text" maxLength={120} value={number} onInput={(e) => setNumber(e.currentTarget.value)} />
          )}
        </Field>
        <Field id="cert-until" label={t('certs.until')} error={wrong['until'] ?? ''}>
          {(props) => <input {...props} type="date" value={until} onInput={(e) => setUntil(e.currentTarget.value)} />}
        </Field>
      </div>
      <div class="panel-send">
        <button type="button" class="button" onClick={() => void record()}>
          {t('certs.record')}
        </button>
      </div>
    </details>
  );
}
