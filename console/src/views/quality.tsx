// SPDX-License-Identifier: Apache-2.0
// For a lead: which evidence is right how often, and which expressions to look at.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { percentText } from '../format';
import { word } from '../i18n';
import { anyJudged, leastRightFirst, mostJudgedFirst, needsLook, periods } from '../quality';
import { useT } from '../state';
import type { Quality } from '../types';
import { Choice, NoAnswer, SpaceChoice, useAnswer } from './choose';

export function QualityPage() {
  const { t } = useT();
  const [days, setDays] = useState(90);
  const [space, setSpace] = useState('');
  const { answer, failed, again } = useAnswer(() => api.quality({ days, space }), [days, space]);

  return (
    <main id="main" class="page page-quality" tabIndex={-1}>
      <h1>{t('quality.title')}</h1>
      <p class="lead">{t('quality.lead')}</p>
      <div class="choices">
        <Choice<number> label="quality.since" value={days} options={periods.map((n) => [n, t('quality.days', { n })])} onChoose={setDays} />
        <SpaceChoice value={space} onChoose={setSpace} />
      </div>
      <NoAnswer failed={failed} waiting={!answer} sentence="quality.failed" again={again} />
      {answer && !anyJudged(answer.kinds) ? (
        <div class="empty">
          <p>{t('quality.empty')}</p>
          <p class="soft">{t('quality.empty.more')}</p>
        </div>
      ) : null}
      {answer && answer.kinds.length > 0 ? (
        <section aria-labelledby="kinds-title">
          <h2 id="kinds-title">{t('quality.kinds')}</h2>
          <Table rows={mostJudgedFirst(answer.kinds)} />
        </section>
      ) : null}
      {answer && answer.sources.length > 0 ? (
        <section aria-labelledby="sources-title">
          <h2 id="sources-title">{t('quality.sources')}</h2>
          <p class="soft">{t('quality.sources.lead')}</p>
          <Table rows={leastRightFirst(answer.sources)} sources />
        </section>
      ) : null}
    </main>
  );
}

function Table({ rows, sources = false }: { rows: readonly Quality[]; sources?: boolean }) {
  const { t } = useT();
  return (
    <table class="quality" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            {t(sources ? 'quality.col.source' : 'quality.col.name')}
          </th>
          <th role="columnheader" scope="col">
            {t('quality.col.share')}
          </th>
          {(sources ? counted : ['shown', ...counted]).map((column) => (
            <th role="columnheader" scope="col" class="number" key={column}>
              {word(t, 'quality.col', column)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((q) => (
          <Row key={`${q.name} ${q.source ?? ''} ${q.language ?? ''}`} q={q} sources={sources} />
        ))}
      </tbody>
    </table>
  );
}

const counted = ['judged', 'right', 'wrong', 'unsure'] as const;

function Row({ q, sources }: { q: Quality; sources: boolean }) {
  const { t } = useT();
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        {sources ? <bdi class="quality-source">{q.source}</bdi> : word(t, 'ev', q.name)}
        {sources ? (
          <span class="soft">
            {word(t, 'ev', q.name)}
            {q.language ? <> · {q.language}</> : null}
          </span>
        ) : null}
        {sources && needsLook(q) ? <span class="flag">{t('quality.look')}</span> : null}
      </th>
      <td role="cell" class="quality-share" data-label={t('quality.col.share')}>
        <Share q={q} />
      </td>
      {sources ? null : (
        <td role="cell" class="number" data-label={t('quality.col.shown')}>
          {q.shown ?? 0}
        </td>
      )}
      {counted.map((column) => (
        <td role="cell" class="number" data-label={word(t, 'quality.col', column)} key={column}>
          {q[column]}
        </td>
      ))}
    </tr>
  );
}

/** The share as a number, a dot on its line, and the interval that holds it as a bar. */
function Share({ q }: { q: Quality }) {
  const { t, lang } = useT();
  if (q.share === undefined || q.low === undefined || q.high === undefined)
    return <span class="soft">{t('quality.unknown')}</span>;
  const [low, high, at] = [q.low * 100, q.high * 100, q.share * 100];
  return (
    <>
      <span class="quality-number">{percentText(lang, q.share)}</span>
      <svg class="quality-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="stage-track" y="4" width="100" height="2" />
        <rect class="quality-range" x={low} y="2" width={Math.max(1, high - low)} height="6" />
        <rect class="quality-at" x={Math.min(98.5, Math.max(0, at - 0.75))} width="1.5" height="10" />
      </svg>
      <span class="soft quality-words">
        {t('quality.range', { low: percentText(lang, q.low), high: percentText(lang, q.high) })}
      </span>
    </>
  );
}
