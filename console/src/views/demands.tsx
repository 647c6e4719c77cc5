// SPDX-License-Identifier: Apache-2.0
// Demands of authorities: which clock runs, how long there is left; one that came is written down here.
import { useState } from 'preact/hooks';
import { demandsApi } from '../api-demands';
import { useNow } from '../clock';
import { countryName } from '../countries';
import { clockWords, inOrder, tone } from '../demands';
import { go } from '../flow';
import { href } from '../route';
import { may, useApp, useT } from '../state';
import type { Demand } from '../types-demands';
import { NoAnswer, useAnswer } from './choose';
import { DemandForm } from './demand-form';
import { Time, useSpaceTitle } from './parts';

export function DemandsPage() {
  const { t } = useT();
  const now = useNow();
  const keeps = useApp((s) => may(s.session, 'demand.keep'));
  const { answer, failed, again } = useAnswer(() => demandsApi.list().then((got) => ({ ...got, read: Date.now() })), []);
  const [adding, setAdding] = useState(false);
  const demands = inOrder(answer?.demands ?? []);
  const since = answer ? Math.max(0, now - answer.read) : 0;
  return (
    <main id="main" class="page page-demands" tabIndex={-1} aria-busy={!answer && !failed}>
      <h1>{t('demands.title')}</h1>
      <p class="lead">{t('demands.lead')}</p>
      {keeps && !adding ? (
        <button type="button" class="button" onClick={() => setAdding(true)}>
          {t('demands.add')}
        </button>
      ) : null}
      {adding ? <DemandForm close={() => setAdding(false)} added={(d) => go({ page: 'demand', id: d.id })} /> : null}
      <NoAnswer failed={failed} waiting={!answer} sentence="demands.failed" again={again} />
      {answer && demands.length === 0 ? <p class="empty">{t('demands.empty')}</p> : null}
      <ul class="demand-list">
        {demands.map((d) => (
          <Row key={d.id} d={d} now={now} since={since} />
        ))}
      </ul>
    </main>
  );
}

function Row({ d, now, since }: { d: Demand; now: number; since: number }) {
  const { t, lang } = useT();
  const title = useSpaceTitle();
  return (
    <li class="demand-row">
      <div>
        <p>
          <a href={href({ page: 'demand', id: d.id })}>{d.authority ?? d.id}</a> <span class="soft">{countryName(t, lang, d.country)}</span>
        </p>
        <p>
          {t(`demand.kind.${d.kind}`)} · {t(`demand.category.${d.category}`)} · {t('demand.things', { n: d.items })}
        </p>
        <p class="soft">
          {d.id} · {title(d.space)} · {t('demand.received')} <Time at={d.received} now={now} />
        </p>
      </div>
      <div class="demand-time">
        <span class={`clock clock-${tone(d, since)}`}>{clockWords(t, d, since)}</span>
        <span class="soft">{t(`demand.state.${d.state}`)}</span>
      </div>
    </li>
  );
}
