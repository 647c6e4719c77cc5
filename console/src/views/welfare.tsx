// SPDX-License-Identifier: Apache-2.0
// One's own welfare: whom to talk to, what was seen today, breaks, the shift, what one would rather not be given, and what one works on.
//
// Who looks: a référent, perhaps not well. First on the page is somebody to talk to; nothing here is shown to anybody else.
import { useEffect, useState } from 'preact/hooks';
import { welfareApi } from '../api-welfare';
import { clock } from '../format';
import { toast, useT } from '../state';
import { categories, type Category, type Welfare } from '../types-queue';
import { breakRule, limitWords, seenWords, withWish } from '../welfare';
import { Notice } from './parts';
import { SkillsForm } from './skills';
import { Support } from './support';

const hours = [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12] as const;

export function WelfarePage() {
  const { t } = useT();
  const [welfare, setWelfare] = useState<Welfare | null>(null);
  const [failed, setFailed] = useState(false);

  function load(): void {
    setFailed(false);
    welfareApi.read().then(setWelfare, () => setFailed(true));
  }
  useEffect(load, []);

  /** Shows a choice at once, and as the server knows it afterwards. */
  async function choose(send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
      toast(t('welfare.saved'));
    } catch {
      toast(t('welfare.save.failed'), 'bad');
    }
    load();
  }
  return (
    <main id="main" class="page page-welfare" tabIndex={-1}>
      <h1>{t('welfare.title')}</h1>
      <p class="lead">{t('welfare.lead')}</p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('welfare.failed')}{' '}
          <button type="button" class="button" onClick={load}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {!welfare && !failed ? <p class="empty">{t('app.loading')}</p> : null}
      {welfare ? (
        <>
          <div class="welfare-columns">
            <Support contacts={welfare.contacts} />
            <div class="welfare-stack">
              <Breaks welfare={welfare} />
              <Shift welfare={welfare} choose={choose} />
            </div>
          </div>
          <Seen welfare={welfare} choose={choose} />
          <div class="welfare-columns">
            <SkillsForm />
            <section class="panel welfare-part" aria-labelledby="display-title">
              <h2 id="display-title">{t('welfare.display')}</h2>
              <p class="soft">{t('welfare.display.lead')}</p>
              <div class="panel-send">
                <a class="button" href="#/display">
                  {t('welfare.display.go')}
                </a>
              </div>
            </section>
          </div>
        </>
      ) : null}
    </main>
  );
}

function Breaks({ welfare }: { welfare: Welfare }) {
  const { t } = useT();
  const rest = welfare.break;
  return (
    <section class="panel welfare-part" aria-labelledby="break-title">
      <h2 id="break-title">{t('welfare.break')}</h2>
      <p>{breakRule(t, rest) || t('welfare.break.none')}</p>
      {rest.due ? (
        <p>
          {t('welfare.break.due')}{' '}
          <a class="button button-small" href="#/break">
            {t('welfare.break.see')}
          </a>
        </p>
      ) : rest.minutes > 0 ? (
        <p class="soft">{t('welfare.break.now', { n: rest.cases, minutes: rest.worked_minutes })}</p>
      ) : null}
    </section>
  );
}

function Shift({ welfare, choose }: { welfare: Welfare; choose: (send: () => Promise<unknown>) => Promise<void> }) {
  const { t, lang } = useT();
  const { shift } = welfare;
  const began = shift.began ? clock(lang, shift.began) : '';
  return (
    <section class="panel welfare-part" aria-labelledby="shift-title">
      <h2 id="shift-title">{t('welfare.shift')}</h2>
      <label class="field" for="shift-hours">
        <span>{t('welfare.shift.hours')}</span>
        <select id="shift-hours" value={String(shift.hours)} onChange={(e) => void choose(() => welfareApi.planShift(Number(e.currentTarget.value)))}>
          {hours.map((n) => (
            <option key={n} value={String(n)}>
              {n === 0 ? t('welfare.shift.unsaid') : t('welfare.shift.n', { n })}
            </option>
          ))}
        </select>
        <small>{t('welfare.shift.help')}</small>
      </label>
      <p class="soft">
        {!shift.under_way
          ? t('welfare.shift.off')
          : shift.ends
            ? t('welfare.shift.from_to', { began, ends: clock(lang, shift.ends) })
            : t('welfare.shift.from', { began })}{' '}
        {shift.no_hard_now ? t('welfare.shift.no_hard') : ''}
      </p>
    </section>
  );
}

function Seen({ welfare, choose }: { welfare: Welfare; choose: (send: () => Promise<unknown>) => Promise<void> }) {
  const { t } = useT();
  const chosen = categories.filter((c) => welfare.categories[c].opted_out);
  const wish = (category: Category, on: boolean): void => void choose(() => welfareApi.setWishes(withWish(categories, chosen, category, on)));
  return (
    <section class="panel welfare-part" aria-labelledby="seen-title">
      <h2 id="seen-title">{t('welfare.today')}</h2>
      <p class="soft">{t('welfare.today.lead')}</p>
      <table class="welfare-table" role="table">
        <thead role="rowgroup">
          <tr role="row">
            {(['category', 'hour', 'day', 'limit', 'wish'] as const).map((column) => (
              <th key={column} role="columnheader" scope="col">
                {t(`welfare.today.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {categories.map((c) => {
            const one = welfare.categories[c];
            return (
              <tr role="row" key={c}>
                <th role="rowheader" scope="row">
                  {t(`category.${c}`)} {one.hard ? <span class="welfare-tag">{t('welfare.hard')}</span> : null}{' '}
                  {one.reached ? <span class="welfare-tag welfare-tag-warm">{t('welfare.reached')}</span> : null}
                </th>
                <td role="cell" data-label={t('welfare.today.hour')}>
                  {seenWords(t, one.seen, 'hour')}
                </td>
                <td role="cell" data-label={t('welfare.today.day')}>
                  {seenWords(t, one.seen, 'day')}
                </td>
                <td role="cell" data-label={t('welfare.today.limit')}>
                  {limitWords(t, one) || t('welfare.limit.none')}
                </td>
                <td role="cell">
                  <label class="check">
                    <input type="checkbox" checked={one.opted_out} onChange={(e) => wish(c, e.currentTarget.checked)} />
                    <span class="welfare-wish">{t('welfare.today.wish')}</span>
                  </label>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="soft">{t('welfare.wish.help')}</p>
    </section>
  );
}
