// SPDX-License-Identifier: Apache-2.0
// What is told in public: statements of reasons on their way to the database, the yearly report, the page of figures.
import { useEffect, useState } from 'preact/hooks';
import { disclosureApi } from '../api-disclosure';
import { useNow } from '../clock';
import { grouped, type Group } from '../disclosure';
import { dayOf } from '../format';
import { href } from '../route';
import { may, toast, useApp, useT } from '../state';
import type { DisclosureBrief, DisclosureChannel } from '../types-disclosure';
import { NoAnswer, SpaceChoice, useAnswer } from './choose';
import { ClosedFigures } from './disclosure-closed';
import { Statement } from './disclosure-one';
import { DsaTables } from './dsa';
import { Notice, safeLink, Time, useSpaceTitle } from './parts';
import { Refusal, useSending } from './report-parts';

const SHOWN = 25; // of what was sent: the rest at a press

/** Groups that are there only when something is in them. */
const rare: readonly Group[] = ['early'];

export function DisclosurePage() {
  const { t } = useT();
  const [space, setSpace] = useState('');
  const [on, setOn] = useState(false);
  const { answer, failed, again } = useAnswer(() => disclosureApi.list(), []);
  useEffect(() => void disclosureApi.page().then(setOn), []);
  const statements = (answer?.statements ?? []).filter((s) => !space || s.space === space);
  const channels = (answer?.channels ?? []).filter((c) => !space || c.space === space);
  return (
    <main id="main" class="page page-disclosure" tabIndex={-1} aria-busy={!answer && !failed}>
      <h1>{t('disclosure.title')}</h1>
      <p class="lead">{t('disclosure.lead')}</p>
      <div class="choices">
        <SpaceChoice value={space} onChoose={setSpace} />
        {on ? (
          <a class="button" href="/transparency" target="_blank" rel="noopener">
            {t('disclosure.public')}
          </a>
        ) : null}
      </div>
      <section aria-labelledby="disclosure-statements">
        <h2 id="disclosure-statements">{t('disclosure.statements')}</h2>
        <NoAnswer failed={failed} waiting={!answer} sentence="disclosure.failed" again={again} />
        <ul class="disclosure-channels">
          {channels.map((c) => (
            <Channel key={c.space} c={c} />
          ))}
        </ul>
        {answer && statements.length === 0 ? <p class="empty">{t('disclosure.none')}</p> : grouped(statements).filter((g) => g.statements.length > 0 || !rare.includes(g.group)).map((g) => <Part key={g.group} group={g.group} statements={g.statements} again={again} />)}
      </section>
      <ClosedFigures space={space} />
      <DsaTables space={space} />
    </main>
  );
}

function Channel({ c }: { c: DisclosureChannel }) {
  const { t, lang } = useT();
  const now = useNow();
  const title = useSpaceTitle();
  const n = (...states: (keyof DisclosureChannel['counts'])[]): number => states.reduce((sum, s) => sum + (c.counts[s] ?? 0), 0);
  return (
    <li>
      <span>
        <strong>{title(c.space)}</strong> {c.test ? <span class="notice-tag">{t('disclosure.test')}</span> : null}
      </span>{' '}
      <span class="soft">{c.configured ? t('disclosure.counts', { refused: n('refused'), waiting: n('waiting', 'ready', 'sending') - c.before_channel, sent: n('sent') }) : t('disclosure.off')}</span>
      {c.configured && c.since ? (
        <p class="soft">
          {t('disclosure.early.since', { day: dayOf(lang, c.since) })}
          {c.before_channel ? ` · ${t('disclosure.early.count', { n: c.before_channel })}` : ''}
        </p>
      ) : null}
      {c.configured && c.attempts > 0 ? (
        <Notice tone="warm">
          {t('disclosure.away', { n: c.attempts })}{' '}
          {c.next ? (
            <>
              {t('disclosure.next')} <Time at={c.next} now={now} />.
            </>
          ) : null}
          {c.why ? <span class="disclosure-words"> {c.why}</span> : null}
        </Notice>
      ) : null}
    </li>
  );
}

function Part({ group, statements, again }: { group: Group; statements: readonly DisclosureBrief[]; again(): void }) {
  const { t } = useT();
  const [all, setAll] = useState(false);
  const shown = all ? statements : statements.slice(0, SHOWN);
  return (
    <section class="disclosure-part" aria-labelledby={`disclosure-${group}`}>
      <h3 id={`disclosure-${group}`}>
        {t(`disclosure.group.${group}`)} <span class="nav-count">{statements.length}</span>
      </h3>
      {group === 'early' ? <p class="soft">{t('disclosure.early.why')}</p> : null}
      {statements.length === 0 ? <p class="soft">{t('disclosure.group.none')}</p> : null}
      <ul class="disclosure-list">
        {shown.map((s) => (
          <Row key={s.number} s={s} again={again} />
        ))}
      </ul>
      {shown.length < statements.length ? (
        <button type="button" class="button button-small" onClick={() => setAll(true)}>
          {t('disclosure.more', { n: statements.length - shown.length })}
        </button>
      ) : null}
    </section>
  );
}

function Row({ s, again }: { s: DisclosureBrief; again(): void }) {
  const { t } = useT();
  const now = useNow();
  const title = useSpaceTitle();
  const [open, setOpen] = useState(false);
  const link = safeLink(s.permalink);
  const refused = s.state === 'refused';
  const keeps = useApp((state) => may(state.session, 'disclosure.keep'));
  const sending = useSending();
  const send = (): void =>
    void sending.send(
      () => disclosureApi.send(s.number),
      () => {
        toast(t('disclosure.early.sent', { number: s.number }));
        again();
      },
    );
  return (
    <li class={refused ? 'disclosure-refused' : ''}>
      <p>
        <strong>{s.number}</strong> · <a href={href({ page: 'case', id: s.case })}>{s.case}</a> · <span class="soft">{title(s.space)}</span>
      </p>
      <p class="soft">
        {t(s.before_channel ? 'disclosure.early.state' : `disclosure.state.${s.state}`)} {s.sent ? <Time at={s.sent} now={now} /> : null} · {t('disclosure.issued')} <Time at={s.issued} now={now} />
        {link ? (
          <>
            {' · '}
            <a href={link} rel="noopener noreferrer external" target="_blank">
              {t('disclosure.permalink')}
            </a>
          </>
        ) : null}
      </p>
      {s.overturned_after ? <p class="disclosure-warn">{t('disclosure.overturned')}</p> : null}
      {s.lifted && !s.overturned_after ? (
        <p class="soft">
          {t('disclosure.lifted')} <Time at={s.lifted} now={now} />
        </p>
      ) : null}
      <div class="form-buttons">
        {s.before_channel && keeps ? (
          <button type="button" class="button button-small" disabled={sending.busy} aria-label={t('disclosure.early.send.label', { number: s.number })} onClick={send}>
            {t('disclosure.early.send')}
          </button>
        ) : null}
        <button type="button" class={`button button-small ${refused ? '' : 'button-quiet'}`} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'app.close' : refused ? 'disclosure.look' : 'disclosure.read')}
        </button>
      </div>
      {sending.errors[''] ? <Refusal sending={sending} /> : null}
      {open ? <Statement number={s.number} done={again} /> : null}
    </li>
  );
}
