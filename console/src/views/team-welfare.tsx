// SPDX-License-Identifier: Apache-2.0
// Figures of groups, for whoever leads. The server shows none that leads back to a person; a dash says that one is not shown.
//
// Who looks: a lead, once a week. What does the work ask of the team, are breaks taken, do many opt out?
import { useEffect, useState } from 'preact/hooks';
import { welfareApi } from '../api-welfare';
import { dayOf } from '../format';
import { useT } from '../state';
import { categories, type Category, type GroupWeek, type GroupWelfare, type Measure } from '../types-queue';
import { figureOf, hasFigures } from '../welfare';
import { Notice, useSpaceTitle } from './parts';

export function TeamWelfare() {
  const { t } = useT();
  const title = useSpaceTitle();
  const [group, setGroup] = useState<GroupWelfare | null>(null);
  const [failed, setFailed] = useState(false);

  function load(): void {
    setFailed(false);
    welfareApi.group().then(setGroup, () => setFailed(true));
  }
  useEffect(load, []);
  return (
    <main id="main" class="page page-team" tabIndex={-1}>
      <h1>{t('team.title')}</h1>
      <p class="lead">{t('team.lead', { n: group?.least ?? 5 })}</p>
      <p class="soft team-why">{t('team.why')}</p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('team.failed')}{' '}
          <button type="button" class="button" onClick={load}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {!group && !failed ? <p class="empty">{t('app.loading')}</p> : null}
      {group?.spaces.length === 0 ? <p class="empty">{t('team.empty')}</p> : null}
      {group?.spaces.map((s) => (
        <section key={s.space} class="panel welfare-part" aria-labelledby={`team-${s.space}`}>
          <h2 id={`team-${s.space}`}>{title(s.space)}</h2>
          {s.weeks.some(hasFigures) ? (
            <>
              {(['cases', 'media'] as const).map((measure) => (
                <ByCategory key={measure} measure={measure} weeks={s.weeks} />
              ))}
              <Others weeks={s.weeks} />
            </>
          ) : (
            <p class="soft">{t('team.none', { n: group.least })}</p>
          )}
        </section>
      ))}
    </main>
  );
}

function Value({ week, measure, category }: { week: GroupWeek; measure: Measure; category?: Category }) {
  const { t } = useT();
  const value = figureOf(week, measure, category)?.value ?? null;
  return value === null ? (
    <span class="soft">
      <span aria-hidden="true">–</span>
      <span class="visually-hidden">{t('team.hidden')}</span>
    </span>
  ) : (
    <>{value}</>
  );
}

function Head({ columns }: { columns: readonly string[] }) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        {columns.map((column, i) => (
          <th key={column} role="columnheader" scope="col" class={i > 0 ? 'number' : undefined}>
            {column}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function WeekName({ week }: { week: GroupWeek }) {
  const { t, lang } = useT();
  return (
    <th role="rowheader" scope="row">
      {t('team.week', { day: dayOf(lang, week.week) })}
    </th>
  );
}

function ByCategory({ measure, weeks }: { measure: 'cases' | 'media'; weeks: readonly GroupWeek[] }) {
  const { t } = useT();
  return (
    <>
      <h3>{t(`team.${measure}`)}</h3>
      <table class="welfare-table" role="table">
        <Head columns={[t('team.col.week'), ...categories.map((c) => t(`category.${c}`)), t('team.all')]} />
        <tbody role="rowgroup">
          {weeks.map((week) => (
            <tr role="row" key={week.week}>
              <WeekName week={week} />
              {categories.map((c) => (
                <td role="cell" key={c} class="number" data-label={t(`category.${c}`)}>
                  <Value week={week} measure={measure} category={c} />
                </td>
              ))}
              <td role="cell" class="number" data-label={t('team.all')}>
                <Value week={week} measure={measure} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Others({ weeks }: { weeks: readonly GroupWeek[] }) {
  const { t } = useT();
  return (
    <table class="welfare-table" role="table">
      <Head columns={[t('team.col.week'), t('team.breaks'), t('team.opt_outs')]} />
      <tbody role="rowgroup">
        {weeks.map((week) => (
          <tr role="row" key={week.week}>
            <WeekName week={week} />
            <td role="cell" class="number" data-label={t('team.breaks')}>
              <Value week={week} measure="breaks" />
            </td>
            <td role="cell" class="number" data-label={t('team.opt_outs')}>
              <Value week={week} measure="opt_outs" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
