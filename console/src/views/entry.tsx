// SPDX-License-Identifier: Apache-2.0
// An entry of a bank that was looked up.
//
// Who looks: an analyst or a référent with a hash in hand. In ten seconds: is it the one, how near, is it still looked for,
// what do people think of it, and (for its keepers) take it back.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError } from '../api';
import { useNow } from '../clock';
import { may, toast, useApp, useT } from '../state';
import type { Bank, BankEntry } from '../types';
import { Opinion } from './opinion';
import { Time } from './parts';

const HASHES_SHOWN = 4;

interface Props {
  bank: Bank;
  entry: BankEntry;
  keeps: boolean;
  onChanged(entry: BankEntry): void;
}

export function Entry({ bank, entry, keeps, onChanged }: Props) {
  const { t } = useT();
  const now = useNow();
  const judges = useApp((s) => may(s.session, 'bank.judge'));
  const note = Object.entries(entry.note ?? {});
  return (
    <article class={`entry entry-${entry.state}`} aria-label={entry.reference} data-entry={entry.id}>
      <header class="entry-head">
        <h3>
          <bdi>{entry.reference}</bdi>
        </h3>
        <span class={`state state-${entry.state}`}>{t(`entry.state.${entry.state}`)}</span>
        {entry.distance === undefined ? null : (
          <span class="entry-distance">
            {entry.distance === 0 ? t('entry.identical') : t('entry.distance', { n: entry.distance })}
          </span>
        )}
      </header>
      <p class="soft">{t(`entry.state.${entry.state}.long`)}</p>
      <dl class="entry-facts">
        <div>
          <dt>{t('entry.category')}</dt>
          <dd>
            {entry.category ? (
              <>
                <bdi>{entry.category}</bdi> <small class="soft">{t('entry.category.native')}</small>
              </>
            ) : (
              <span class="soft">{t('entry.category.none')}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('entry.added')}</dt>
          <dd>
            <Time at={entry.added} now={now} />
          </dd>
        </div>
        {entry.expires ? (
          <div>
            <dt>{t('entry.expires')}</dt>
            <dd>
              <Time at={entry.expires} now={now} />
            </dd>
          </div>
        ) : null}
      </dl>
      <Hashes entry={entry} />
      {note.length > 0 ? (
        <details>
          <summary>{t('entry.note')}</summary>
          <dl class="entry-note">
            {note.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
      {judges ? <Opinion bank={bank.name} entry={entry.id} state={entry.state} onDone={onChanged} /> : null}
      {keeps && entry.state !== 'withdrawn' ? <Remove bank={bank} entry={entry} onChanged={onChanged} /> : null}
    </article>
  );
}

function Hashes({ entry }: { entry: BankEntry }) {
  const { t } = useT();
  const more = entry.hashes.length - HASHES_SHOWN;
  return (
    <ul class="entry-hashes" aria-label={t('entry.hashes')}>
      {entry.hashes.slice(0, HASHES_SHOWN).map((h) => (
        <li key={h.algorithm + h.value + (h.frame ?? 0)}>
          <span class="entry-algorithm">{h.algorithm.toUpperCase()}</span> <code>{h.value}</code>
          {h.algorithm === 'pdq' && h.quality !== undefined ? (
            <small class="soft"> {t('entry.quality', { n: h.quality })}</small>
          ) : null}
        </li>
      ))}
      {more > 0 ? <li class="soft">{t('entry.more_hashes', { n: more })}</li> : null}
    </ul>
  );
}

/** Two presses: what a source takes back is not found from the answer on. */
function Remove({ bank, entry, onChanged }: Omit<Props, 'keeps'>) {
  const { t } = useT();
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState('');
  const sure = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (asked) sure.current?.focus();
  }, [asked]);
  async function remove(): Promise<void> {
    try {
      await api.removeEntry(bank.name, entry.reference);
      toast(t('entry.removed'));
      setAsked(false);
      onChanged({ ...entry, state: 'withdrawn' });
    } catch (failure) {
      const detail = failure instanceof ApiError && !failure.lost ? failure.problem.detail : '';
      setError(detail || t('error.network'));
    }
  }
  if (!asked) {
    return (
      <p class="entry-remove">
        <button type="button" class="button button-small button-quiet" onClick={() => setAsked(true)}>
          {t('entry.remove')}
        </button>
      </p>
    );
  }
  return (
    <div class="entry-remove">
      <p>{t('entry.remove.sure')}</p>
      <button ref={sure} type="button" class="button button-small" onClick={() => void remove()}>
        {t('entry.remove.confirm')}
      </button>{' '}
      <button type="button" class="button button-small" onClick={() => setAsked(false)}>
        {t('app.cancel')}
      </button>
      <p class="form-message" role="alert" data-tone="bad">
        {error}
      </p>
    </div>
  );
}
