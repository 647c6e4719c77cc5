// SPDX-License-Identifier: Apache-2.0
// A break that is due. The server enforces it; this page says how long, that what is in hand may be finished, and leaves one in peace.
//
// Who looks: somebody tired. So: no counter that runs, few words, and a way to talk to somebody.
import { useEffect, useState } from 'preact/hooks';
import { welfareApi } from '../api-welfare';
import { useNow } from '../clock';
import { href } from '../route';
import { useT } from '../state';
import type { Welfare } from '../types-queue';
import { minutesLeft } from '../welfare';
import { Notice } from './parts';
import { Contacts } from './support';

export function BreakPage() {
  const { t } = useT();
  const now = useNow();
  const [welfare, setWelfare] = useState<Welfare | null>(null);
  const [failed, setFailed] = useState(false);

  function load(): void {
    setFailed(false);
    welfareApi.read().then(setWelfare, () => setFailed(true));
  }
  useEffect(load, []);

  const left = minutesLeft(welfare?.break.until, now);
  const due = welfare?.break.due === true;
  return (
    <main id="main" class="page page-break" tabIndex={-1}>
      {failed ? (
        <Notice tone="bad" alert>
          {t('welfare.failed')}{' '}
          <button type="button" class="button" onClick={load}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      <h1>{t(due && left > 0 ? 'break.due' : 'break.title')}</h1>
      {!welfare && !failed ? <p class="soft">{t('app.loading')}</p> : null}
      {welfare ? <p class="break-left">{due ? (left > 0 ? t('break.left', { n: left }) : t('break.over')) : t('break.none')}</p> : null}
      {welfare && due && left > 0 ? (
        <>
          <p class="soft">{t('break.why', { n: welfare.break.cases, minutes: welfare.break.worked_minutes })}</p>
          <p>{t('break.away')}</p>
        </>
      ) : null}
      {welfare && welfare.in_hand.length > 0 ? (
        <div class="break-hand">
          <p>{t('break.in_hand', { n: welfare.in_hand.length })}</p>
          {welfare.in_hand.map((id) => (
            <a key={id} class="button button-small" href={href({ page: 'case', id })}>
              {id}
            </a>
          ))}
        </div>
      ) : null}
      <p>
        <a class={`button ${due && left > 0 ? '' : 'button-main'}`} href="#/queue">
          {t('break.back')}
        </a>
      </p>
      {welfare && welfare.contacts.length > 0 ? (
        <section aria-labelledby="break-talk">
          <h2 id="break-talk">{t('break.talk')}</h2>
          <Contacts contacts={welfare.contacts} />
        </section>
      ) : null}
    </main>
  );
}
