// SPDX-License-Identifier: Apache-2.0
// Notices by number, state and age; floods as one row. What they say is read in the case.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { noticesApi } from '../api-notices';
import { useNow } from '../clock';
import { grouped, looksLikeNumber, type NoticeGroup } from '../notices';
import { may, toast, useApp, useT } from '../state';
import { noticeStates, type NoticeList, type NoticeRow, type NoticeState } from '../types-notices';
import { Field, Notice, Time, useSpaceTitle } from './parts';

export function NoticesPage() {
  const { t } = useT();
  const [state, setState] = useState<NoticeState>('received');
  const [list, setList] = useState<NoticeList | null>(null);
  const [found, setFound] = useState<NoticeRow | null>(null);
  const [failed, setFailed] = useState(false);
  const [again, setAgain] = useState(0);

  useEffect(() => {
    let left = false;
    setFailed(false);
    noticesApi.list(state).then(
      (got) => left || setList(got),
      () => left || setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [state, again]);

  async function older(): Promise<void> {
    if (!list?.next) return;
    const more = await noticesApi.list(state, list.next);
    setList({ ...more, notices: [...list.notices, ...more.notices] });
  }

  return (
    <main id="main" class="page page-notices" tabIndex={-1}>
      <h1>{t('notices.title')}</h1>
      <p class="lead">{t('notices.lead')}</p>
      <Find onFound={setFound} />
      <div class="notice-states" role="group" aria-label={t('notices.views')}>
        {noticeStates.map((s) => (
          <button key={s} type="button" class="button button-small" aria-pressed={!found && state === s} onClick={() => (setFound(null), setState(s))}>
            {t(`notices.state.${s}`)} <span class="count">{list?.counts[s] ?? ''}</span>
          </button>
        ))}
      </div>
      {failed ? (
        <Notice tone="bad" alert>
          {t('notices.failed')}{' '}
          <button type="button" class="button" onClick={() => setAgain(again + 1)}>
            {t('app.retry')}
          </button>
        </Notice>
      ) : null}
      {found ? (
        <section aria-label={t('notices.found', { number: found.number })}>
          <List groups={[{ first: found, more: [] }]} onChange={() => setAgain(again + 1)} />
        </section>
      ) : list && list.notices.length === 0 ? (
        <p class="empty">{t('notices.empty')}</p>
      ) : list ? (
        <>
          <List groups={grouped(list.notices)} onChange={() => setAgain(again + 1)} />
          {list.next ? (
            <button type="button" class="button" onClick={() => void older()}>
              {t('notices.more')}
            </button>
          ) : null}
        </>
      ) : null}
    </main>
  );
}

function Find({ onFound }: { onFound: (row: NoticeRow | null) => void }) {
  const { t } = useT();
  const [number, setNumber] = useState('');
  const [error, setError] = useState('');

  async function find(event: Event): Promise<void> {
    event.preventDefault();
    setError('');
    if (!looksLikeNumber(number)) return setError(t('notices.find.wrong'));
    try {
      const [row] = (await noticesApi.byNumber(number)).notices;
      onFound(row ?? null);
      if (!row) setError(t('notices.find.none'));
    } catch (failure) {
      setError(failure instanceof ApiError && failure.status === 400 ? t('notices.find.wrong') : t('notices.failed'));
    }
  }

  return (
    <form class="notice-find" onSubmit={(e) => void find(e)} noValidate>
      <Field id="notice-number" label={t('notices.find')} error={error}>
        {(props) => <input {...props} type="text" value={number} autocomplete="off" spellcheck={false} onInput={(e) => setNumber(e.currentTarget.value)} />}
      </Field>
      <button type="submit" class="button">
        {t('notices.find.go')}
      </button>
    </form>
  );
}

function List({ groups, onChange }: { groups: NoticeGroup[]; onChange: () => void }) {
  return (
    <ul class="notice-list">
      {groups.map((g) => (
        <Row key={g.first.id} group={g} onChange={onChange} />
      ))}
    </ul>
  );
}

export function Marks({ row }: { row: NoticeRow }) {
  const { t } = useT();
  return (
    <>
      {row.danger ? <span class="notice-tag notice-tag-warm">{t('notices.danger')}</span> : null}
      {row.flagger ? <span class="notice-tag notice-tag-accent">{`${t('notices.trusted')} · ${row.flagger}`}</span> : null}
      {row.unfounded ? <span class="notice-tag">{t('notices.unfounded')}</span> : null}
      {row.outcome ? <span class="notice-tag">{t(`notices.outcome.${row.outcome}`)}</span> : null}
      {row.same_words >= 5 ? <span class="notice-tag">{t('notices.words', { n: row.same_words })}</span> : null}
    </>
  );
}

function Row({ group, onChange }: { group: NoticeGroup; onChange: () => void }) {
  const { t } = useT();
  const now = useNow();
  const title = useSpaceTitle();
  const session = useApp((s) => s.session);
  const { first: row, more } = group;
  const others = Math.max(more.length, row.state === 'received' || row.state === 'in_review' ? row.same_target - 1 : 0);

  async function act(call: Promise<NoticeRow>, said: string): Promise<void> {
    try {
      await call;
      toast(said);
      onChange();
    } catch (failure) {
      toast(failure instanceof ApiError ? failure.message : t('error.other'), 'bad');
    }
  }

  return (
    <li class="notice-row">
      <div class="notice-what">
        <strong>{t(`notices.category.${row.category}`)}</strong>
        <div class="notice-tags">
          <Marks row={row} />
          {others > 0 ? <span class="notice-tag">{t('notices.flood', { n: others })}</span> : null}
        </div>
        <code class="notice-number">{row.number}</code>
      </div>
      <div class="notice-facts">
        <span>{title(row.space)}</span>
        <span>{`${t(`notices.origin.${row.origin}`)}, ${row.named ? t('notices.named') : t('notices.nameless')}`}</span>
        <Time at={row.received} now={now} />
      </div>
      <div class="notice-do">
        {row.case ? (
          <a class="button button-small" href={`#/case/${row.case}`}>
            {t('notices.col.case')} {row.case}
          </a>
        ) : null}
        {row.state === 'set_aside' && may(session, 'flagger.keep') ? (
          <button type="button" class="button button-small" onClick={() => void act(noticesApi.process(row.id), t('notices.processed'))}>
            {t('notices.process')}
          </button>
        ) : null}
        {row.outcome === 'dismissed' && may(session, 'case.decide') ? (
          <button type="button" class="button button-small" onClick={() => void act(noticesApi.unfounded(row.id, !row.unfounded), t('flaggers.done'))}>
            {t(row.unfounded ? 'notices.unfounded.unsay' : 'notices.unfounded.say')}
          </button>
        ) : null}
      </div>
    </li>
  );
}
