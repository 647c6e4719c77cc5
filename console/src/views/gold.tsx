// SPDX-License-Identifier: Apache-2.0
// Items with a known answer: those in the queue, one more of a decided case, and the made-up ones that come with Vigie.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { figuresApi } from '../api-figures';
import { pick, word } from '../i18n';
import { useApp, useT } from '../state';
import type { GoldItem, MadeUp } from '../types-figures';
import { Field, Notice, useSpaceTitle } from './parts';

const actions = ['dismiss', 'warn', 'mute', 'restrict_minors', 'suspend', 'report', 'escalate'] as const;

export function GoldPage() {
  const { t } = useT();
  const [items, setItems] = useState<GoldItem[] | null>(null);
  const [made, setMade] = useState<MadeUp[]>([]);
  const [failed, setFailed] = useState(false);
  const [said, setSaid] = useState('');
  const [again, setAgain] = useState(0);

  useEffect(() => {
    let left = false;
    setFailed(false);
    Promise.all([figuresApi.gold(), figuresApi.madeUp()]).then(
      ([list, examples]) => {
        if (left) return;
        setItems(list);
        setMade(examples);
      },
      () => left || setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [again]);
  const done = (words: string): void => {
    setSaid(words);
    setAgain((n) => n + 1);
  };

  return (
    <main id="main" class="page page-gold" tabIndex={-1}>
      <h1>{t('gold.title')}</h1>
      <p class="lead">{t('gold.lead')}</p>
      {failed ? (
        <Notice tone="bad" alert>
          {t('gold.failed')}{' '}
          <button type="button" class="button" onClick={() => setAgain(again + 1)}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      <p class="gold-said" role="status">
        {said}
      </p>
      {!items && !failed ? <p class="empty">{t('app.loading')}</p> : null}
      {items ? (
        <section aria-labelledby="gold-list">
          <h2 id="gold-list">{t('gold.list')}</h2>
          {items.length ? <Items items={items} made={made} onEnd={() => done(t('gold.ended'))} /> : <p class="soft">{t('gold.empty')}</p>}
        </section>
      ) : null}
      <FromCase onDone={() => done(t('gold.saved'))} />
      <Examples made={made} taken={items ?? []} onDone={() => done(t('gold.saved'))} />
    </main>
  );
}

function Items({ items, made, onEnd }: { items: GoldItem[]; made: MadeUp[]; onEnd: () => void }) {
  const { t, lang } = useT();
  const titleOf = useSpaceTitle();
  const [failed, setFailed] = useState('');
  const end = (item: GoldItem): void => {
    setFailed('');
    figuresApi.endGold(item.id).then(onEnd, (error: unknown) => setFailed(String(error instanceof Error ? error.message : error)));
  };
  return (
    <>
      {failed ? (
        <Notice tone="bad" alert>
          {failed}
        </Notice>
      ) : null}
      <table class="figures-table">
        <thead>
          <tr>
            <th scope="col">{t('gold.col.of')}</th>
            <th scope="col">{t('kind.label')}</th>
            <th scope="col">{t('gold.col.answer')}</th>
            <th scope="col" class="number">
              {t('gold.col.met')}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const example = made.find((one) => one.name === item.made_up);
            const what = item.case ?? t('gold.made', { name: (example && pick(example.title, lang)) || (item.made_up ?? '') });
            const why = example ? pick(example.why, lang) : item.why;
            return (
              <tr key={item.id}>
                <th scope="row">
                  {item.case ? <a href={`#/case/${item.case}`}>{item.case}</a> : what}
                  <span class="soft">{titleOf(item.space)}</span>
                  {why ? <span class="gold-why">{why}</span> : null}
                </th>
                <td data-label={t('kind.label')}>{word(t, 'kind', item.category)}</td>
                <td data-label={t('gold.col.answer')}>
                  {item.actions.map((a) => word(t, 'act', a)).join(', ')}
                  {item.reasons.length ? <span class="soft">{item.reasons.join(', ')}</span> : null}
                </td>
                <td class="number" data-label={t('gold.col.met')}>
                  {t('gold.met', { n: item.answered, right: String(item.right) })}
                </td>
                <td>
                  <button type="button" class="button" aria-label={t('gold.end.label', { what })} onClick={() => end(item)}>
                    {t('gold.end')}
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

// ---- of a decided case ----

const DRAFT = 'vigie.gold';
interface Draft {
  of: string;
  chosen: string[];
  reasons: string;
  why: string;
}
const empty: Draft = { of: '', chosen: [], reasons: '', why: '' };

/** What was typed stays over a reload, in this tab. */
function kept(): Draft {
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(DRAFT) ?? '{}') as Partial<Draft>) };
  } catch {
    return empty;
  }
}

function FromCase({ onDone }: { onDone: () => void }) {
  const { t } = useT();
  const [draft, setDraft] = useState<Draft>(kept);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const change = (part: Partial<Draft>): void => {
    const next = { ...draft, ...part };
    setDraft(next);
    sessionStorage.setItem(DRAFT, JSON.stringify(next));
  };
  const save = (event: Event): void => {
    event.preventDefault();
    if (!draft.chosen.length) {
      setWrong({ '/actions': t('gold.actions.need') });
      return;
    }
    setWrong({});
    const reasons = draft.reasons.split(',').map((r) => r.trim()).filter(Boolean);
    figuresApi.addGold({ case: draft.of.trim(), actions: draft.chosen, reasons, ...(draft.why ? { why: draft.why } : {}) }).then(
      () => {
        change(empty);
        onDone();
      },
      (error: unknown) => setWrong({ [error instanceof ApiError ? (error.problem.pointer ?? '') : '']: error instanceof Error ? error.message : String(error) }),
    );
  };
  return (
    <section aria-labelledby="gold-add">
      <h2 id="gold-add">{t('gold.add')}</h2>
      <p class="soft">{t('gold.add.lead')}</p>
      <form class="gold-form" onSubmit={save} noValidate>
        {wrong[''] ? (
          <Notice tone="bad" alert>
            {wrong['']}
          </Notice>
        ) : null}
        <Field id="gold-case" label={t('gold.case')} help={t('gold.case.help')} error={wrong['/case'] ?? ''}>
          {(props) => <input {...props} type="text" autocomplete="off" value={draft.of} onInput={(e) => change({ of: e.currentTarget.value })} />}
        </Field>
        <fieldset class="gold-actions" aria-describedby="gold-actions-wrong">
          <legend>{t('gold.actions')}</legend>
          {actions.map((a) => (
            <label key={a}>
              <input
                type="checkbox"
                checked={draft.chosen.includes(a)}
                onChange={(e) => change({ chosen: e.currentTarget.checked ? [...draft.chosen, a] : draft.chosen.filter((one) => one !== a) })}
              />{' '}
              {word(t, 'act', a)}
            </label>
          ))}
          <p id="gold-actions-wrong" class="field-error" role={wrong['/actions'] ? 'alert' : undefined}>
            {wrong['/actions']}
          </p>
        </fieldset>
        <Field id="gold-reasons" label={t('gold.reasons')} help={t('gold.reasons.help')} error={wrong['/reasons'] ?? ''}>
          {(props) => <input {...props} type="text" autocomplete="off" value={draft.reasons} onInput={(e) => change({ reasons: e.currentTarget.value })} />}
        </Field>
        <Field id="gold-why" label={t('gold.why')} help={t('gold.why.help')} error={wrong['/why'] ?? ''}>
          {(props) => <textarea {...props} rows={3} maxLength={2000} value={draft.why} onInput={(e) => change({ why: e.currentTarget.value })} />}
        </Field>
        <button type="submit" class="button button-main">
          {t('gold.save')}
        </button>
      </form>
    </section>
  );
}

// ---- made-up ones ----

function Examples({ made, taken, onDone }: { made: MadeUp[]; taken: GoldItem[]; onDone: () => void }) {
  const { t, lang } = useT();
  const spaces = useApp((s) => s.spaces);
  const [space, setSpace] = useState('');
  const [wrong, setWrong] = useState('');
  const into = space || spaces[0]?.space || '';
  const take = (name: string): void => {
    setWrong('');
    figuresApi.addGold({ made_up: name, space: into }).then(onDone, (error: unknown) => setWrong(error instanceof Error ? error.message : String(error)));
  };
  return (
    <section aria-labelledby="gold-examples">
      <h2 id="gold-examples">{t('gold.examples')}</h2>
      <p class="soft">{t('gold.examples.lead')}</p>
      <label class="choice">
        <span>{t('queue.space')}</span>
        <select value={into} onChange={(e) => setSpace(e.currentTarget.value)}>
          {spaces.map((s) => (
            <option key={s.space} value={s.space}>
              {pick(s.title, lang) || s.space}
            </option>
          ))}
        </select>
      </label>
      {wrong ? (
        <Notice tone="bad" alert>
          {wrong}
        </Notice>
      ) : null}
      <ul class="gold-examples">
        {made.map((one) => {
          const title = pick(one.title, lang);
          const there = taken.some((item) => item.made_up === one.name && item.space === into);
          return (
            <li key={one.name}>
              <div>
                <strong>{title}</strong> <span class="soft">{one.language}</span>
                <p>{pick(one.why, lang)}</p>
                <p class="soft">{t('gold.expected', { actions: one.actions.map((a) => word(t, 'act', a)).join(', ') })}</p>
              </div>
              <button type="button" class="button" disabled={there || !into} aria-label={t('gold.take.label', { title })} onClick={() => take(one.name)}>
                {t('gold.take')}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
