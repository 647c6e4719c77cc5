// SPDX-License-Identifier: Apache-2.0
// Figures of the queue: the three answers of the first ten seconds, curves over time, and the tables of a transparency report.
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { figuresApi } from '../api-figures';
import { backlogDirection, dayBefore, deadlineTone, reversedTone, shareOf, spans, type Tone } from '../figures';
import { duration, percentText } from '../format';
import { number, word } from '../i18n';
import { useT } from '../state';
import type { Figures, FiguresAsk, FiguresPart } from '../types-figures';
import { categories } from '../types-queue';
import { Chart, type Curve } from './chart';
import { Choice, NoAnswer, SpaceChoice, useAnswer } from './choose';
import { DsaTables } from './dsa';
import { Answered } from './figures-answered';
import { useSpaceTitle } from './parts';

export function FiguresPage() {
  const { t } = useT();
  const [space, setSpace] = useState('');
  const [category, setCategory] = useState('');
  const [span, setSpan] = useState<number>(30);
  const [by, setBy] = useState<'day' | 'week'>('day');
  const [asked, setAsked] = useState(0);
  const ask: FiguresAsk = useMemo(() => {
    const now = Date.now();
    return { space, category, by, from: dayBefore(now, span - 1), to: dayBefore(now, 0) };
  }, [space, category, by, span, asked]);
  const { answer, failed } = useAnswer(() => figuresApi.figures(ask), [ask]);

  return (
    <main id="main" class="page page-figures" tabIndex={-1}>
      <h1>{t('figures.title')}</h1>
      <p class="lead">{t('figures.lead')}</p>
      <div class="choices">
        <Choice<number> label="figures.span" value={span} options={spans.map((n) => [n, t('figures.span.days', { n })])} onChoose={setSpan} />
        <Choice<'day' | 'week'>
          label="figures.by"
          value={by}
          options={[
            ['day', t('figures.by.day')],
            ['week', t('figures.by.week')],
          ]}
          onChoose={setBy}
        />
        <SpaceChoice value={space} onChoose={setSpace} />
        <Choice<string>
          label="kind.label"
          value={category}
          options={[['', t('kind.all')], ...categories.map((c) => [c, word(t, 'kind', c)] as const)]}
          onChoose={setCategory}
        />
      </div>
      <NoAnswer failed={failed} waiting={!answer} sentence="figures.failed" again={() => setAsked(asked + 1)} />
      {answer ? (
        <>
          <Answers f={answer} />
          <Curves f={answer} />
          <Ages part={answer.total} />
          <Details f={answer} />
          <Answered f={answer} />
          <p class="figures-save">
            <a class="button" href={figuresApi.csv(ask, 'series')} download>
              {t('figures.csv')}
            </a>{' '}
            <a class="button" href={figuresApi.csv(ask, 'spaces')} download>
              {t('figures.csv.spaces')}
            </a>{' '}
            <a class="button" href={figuresApi.csv(ask, 'answered')} download>
              {t('figures.csv.answered')}
            </a>
          </p>
        </>
      ) : null}
      <DsaTables space={space} />
    </main>
  );
}

// ---- the first ten seconds ----

function Answer({ title, value, tone, children }: { title: string; value: string; tone: Tone; children: ComponentChildren }) {
  return (
    <div class={`ten-one ten-${tone}`}>
      <dt>{title}</dt>
      <dd>
        <span class="ten-value">{value}</span>
        <span class="ten-words">{children}</span>
      </dd>
    </div>
  );
}

function Answers({ f }: { f: Figures }) {
  const { t, lang } = useT();
  const direction = backlogDirection(f.series);
  const { total, appeals } = f;
  const answered = appeals.upheld + appeals.overturned;
  return (
    <section aria-labelledby="answers-title">
      <h2 id="answers-title" class="visually-hidden">
        {t('figures.answers')}
      </h2>
      <dl class="ten">
        <Answer
          title={t('figures.backlog')}
          value={number(lang, total.open)}
          tone={direction === 'up' || total.overdue > 0 ? 'warm' : 'good'}
        >
          {word(t, 'figures.backlog', direction)}{' '}
          {total.overdue ? t('figures.overdue', { n: total.overdue }) : t('figures.overdue.none')}
        </Answer>
        <Answer
          title={t('figures.kept')}
          value={total.in_time === null ? '–' : percentText(lang, total.in_time)}
          tone={deadlineTone(total.in_time)}
        >
          {total.in_time === null ? t('figures.kept.none') : t('figures.kept.of', { n: total.decided })}
        </Answer>
        <Answer
          title={t('figures.reversed')}
          value={appeals.reversed === null ? '–' : percentText(lang, appeals.reversed)}
          tone={reversedTone(f)}
        >
          {answered ? t('figures.reversed.of', { n: answered }) : t('figures.reversed.none')}{' '}
          {appeals.open ? t('figures.reversed.open', { n: appeals.open }) : null}
        </Answer>
      </dl>
      {total.seconds ? (
        <p class="figures-time">
          <strong>{t('figures.time')}</strong>{' '}
          {t('figures.time.words', {
            median: duration(t, total.seconds.median * 1000),
            p90: duration(t, total.seconds.p90 * 1000),
            p99: duration(t, total.seconds.p99 * 1000),
          })}
        </p>
      ) : null}
      <p>
        <a href="#/agreement">{t('figures.agreement')}</a>
      </p>
    </section>
  );
}

// ---- over time ----

function Curves({ f }: { f: Figures }) {
  const { t } = useT();
  const curves = useMemo(() => {
    const waiting: Curve[] = [{ name: t('figures.waiting'), values: f.series.map((s) => s.backlog), colour: '--accent', fill: true }];
    const flow: Curve[] = [
      { name: t('figures.arrived'), values: f.series.map((s) => s.arrived), colour: '--ochre', dash: [6, 4] },
      { name: t('figures.decided'), values: f.series.map((s) => s.decided), colour: '--accent' },
    ];
    const kept: Curve[] = [{ name: t('figures.in_time'), values: f.series.map((s) => shareOf(s.in_time, s.decided)), colour: '--accent' }];
    return { starts: f.series.map((s) => s.start), waiting, flow, kept };
  }, [f, t]);
  return (
    <div class="charts">
      <Chart title={t('figures.chart.backlog')} starts={curves.starts} curves={curves.waiting} />
      <Chart title={t('figures.chart.flow')} starts={curves.starts} curves={curves.flow} />
      <Chart title={t('figures.chart.kept')} starts={curves.starts} curves={curves.kept} share />
    </div>
  );
}

function Ages({ part }: { part: FiguresPart }) {
  const { t, lang } = useT();
  const most = Math.max(1, ...Object.values(part.waiting));
  return (
    <section aria-labelledby="ages-title">
      <h2 id="ages-title">{t('figures.ages')}</h2>
      <table class="ages">
        <tbody>
          {Object.entries(part.waiting).map(([age, n]) => (
            <tr key={age}>
              <th scope="row">{word(t, 'figures.age', age)}</th>
              <td class="number">{number(lang, n)}</td>
              <td class="ages-bar">
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="ages-fill" width={(n / most) * 100} height="8" rx="1" />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Details({ f }: { f: Figures }) {
  const { t } = useT();
  const titleOf = useSpaceTitle();
  const rows: [string, FiguresPart][] = [
    ...f.categories.map((c): [string, FiguresPart] => [word(t, 'kind', c.category), c]),
    ...(f.spaces.length > 1 ? f.spaces.map((s): [string, FiguresPart] => [titleOf(s.space), s]) : []),
  ];
  return (
    <section aria-labelledby="detail-title">
      <h2 id="detail-title">{t('figures.detail')}</h2>
      <table class="figures-table">
        <thead>
          <tr>
            <th scope="col">{t('figures.col.who')}</th>
            {(['arrived', 'decided', 'in_time', 'waiting'] as const).map((name) => (
              <th scope="col" class="number" key={name}>
                {word(t, 'figures', name)}
              </th>
            ))}
            <th scope="col" class="number">
              {t('figures.col.median')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, part]) => (
            <DetailRow key={name} name={name} part={part} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function DetailRow({ name, part }: { name: string; part: FiguresPart }) {
  const { t, lang } = useT();
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number" data-label={t('figures.arrived')}>
        {number(lang, part.arrived)}
      </td>
      <td class="number" data-label={t('figures.decided')}>
        {number(lang, part.decided)}
      </td>
      <td class="number" data-label={t('figures.in_time')}>
        {part.in_time === null ? '–' : percentText(lang, part.in_time)}
      </td>
      <td class="number" data-label={t('figures.waiting')}>
        {number(lang, part.open)}
      </td>
      <td class="number" data-label={t('figures.col.median')}>
        {part.seconds ? duration(t, part.seconds.median * 1000) : '–'}
      </td>
    </tr>
  );
}
