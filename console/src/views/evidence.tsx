// SPDX-License-Identifier: Apache-2.0
// Why the case is here: evidence strongest first, what is known in plain words, what happened when.
import { duration, percent, percentText } from '../format';
import { pick, word, type T } from '../i18n';
import type { Judging } from '../judge';
import { may, useApp, useT } from '../state';
import { facts, findings, kindOf, lower, whyNow, type Finding } from '../transcript';
import type { CaseDetail, Facts, Judgement } from '../types';
import { Cap, Meter, safeLink, Time } from './parts';

const HOUR_MS = 3_600_000;

/** The first sentence of the case. */
export function WhyNow({ found }: { found: CaseDetail }) {
  const { t, lang } = useT();
  const sentence = pick(whyNow(found), lang);
  if (!sentence) return null;
  return (
    <p class="why-now">
      <span class="why-now-title">{t('now.title')}</span> {sentence}
    </p>
  );
}

/** A few changes that would lower the verdict, as they were worked out when it was given. */
export function Lower({ found }: { found: CaseDetail }) {
  const { t, lang } = useT();
  const list = lower(found);
  if (list.length === 0) return null;
  return (
    <section aria-labelledby="lower-title">
      <h2 id="lower-title" title={t('lower.help')}>
        {t('lower.title')}
      </h2>
      <ul class="lower">
        {list.map((change, i) => (
          <li key={i}>{pick(change.text, lang)}</li>
        ))}
      </ul>
    </section>
  );
}

export function Evidence({ found, judging }: { found: CaseDetail; judging: Judging }) {
  const { t } = useT();
  const list = findings(found);
  return (
    <section id="evidence" tabIndex={-1} aria-labelledby="evidence-title">
      <h2 id="evidence-title">{t('case.evidence')}</h2>
      {list.length === 0 ? <p class="soft">{t('case.evidence.none')}</p> : null}
      <ol class="evidence">
        {list.map((piece) => (
          <li key={piece.name} class="piece-row">
            <Piece piece={piece} />
            <Judge piece={piece} judging={judging} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Going to a piece of evidence lights its places; pressing it brings the first one into view. */
function Piece({ piece }: { piece: Finding }) {
  const { t, lang } = useT();
  const source = piece.rule ?? piece.model;
  return (
    <button
      type="button"
      class="piece"
      data-ev={piece.name}
      data-seq-of={piece.seq}
      onClick={(e) => showPlace(e.currentTarget, piece.name)}
    >
      <span class="piece-head">
        <span class="piece-name">{word(t, 'ev', piece.name)}</span>
        {source ? <span class="piece-times">{source}</span> : null}
        {piece.times > 1 ? <span class="piece-times">{t('case.evidence.times', { n: piece.times })}</span> : null}
        {!piece.fresh && piece.name.startsWith('text.') ? (
          <span class="piece-times">{t('case.evidence.remembered')}</span>
        ) : null}
        <Meter share={piece.weight} />
        <span class="visually-hidden">, {t('case.evidence.weight', { n: percent(piece.weight) })}</span>
      </span>
      <span class="piece-why">{pick(piece.why, lang)}</span>
    </button>
  );
}

const judgements: readonly { name: Judgement; sign: string; key: string }[] = [
  { name: 'right', sign: '✓', key: 'Y' },
  { name: 'wrong', sign: '✗', key: 'X' },
  { name: 'unsure', sign: '?', key: 'U' },
];

/** Is this evidence right? Pressing what is pressed takes it back. */
function Judge({ piece, judging }: { piece: Finding; judging: Judging }) {
  const { t } = useT();
  const judges = useApp((s) => may(s.session, 'evidence.judge'));
  const said = judging.said(piece);
  const others = said && said.right + said.wrong + said.unsure > (said.mine ? 1 : 0);
  const tally = said && others ? t('judge.others', { right: said.right, wrong: said.wrong, unsure: said.unsure }) : '';
  const name = word(t, 'ev', piece.name);
  return (
    <div class="judge" role="group" aria-label={t('judge.group', { name })}>
      {judges
        ? judgements.map((j) => (
            <button
              key={j.name}
              type="button"
              class={`judge-button judge-${j.name}`}
              aria-pressed={said?.mine === j.name}
              aria-keyshortcuts={j.key.toLowerCase()}
              title={said?.mine === j.name ? t('judge.again') : undefined}
              onClick={() => void judging.give(piece, j.name)}
            >
              <span aria-hidden="true">{j.sign}</span> {word(t, 'judge', j.name)} <Cap>{j.key}</Cap>
            </button>
          ))
        : null}
      {tally ? <span class="judge-tally">{tally}</span> : null}
    </div>
  );
}

function showPlace(from: HTMLElement, name: string): void {
  const place = from.closest('main')?.querySelector(`.lines [data-ev~="${CSS.escape(name)}"]`);
  place?.scrollIntoView({ block: 'center', behavior: 'auto' });
}

export function Known({ found }: { found: CaseDetail }) {
  const { t } = useT();
  const { conduct, notice } = facts(found);
  const sentences = [...(notice ? noticeFacts(t, notice) : []), ...(conduct ? conductFacts(t, conduct) : [])];
  if (sentences.length === 0) return null;
  return (
    <section aria-labelledby="known-title">
      <h2 id="known-title">{t('case.facts')}</h2>
      <ul class="facts">
        {sentences.map((s) => (
          <li key={s}>{s}</li>
        ))}
      </ul>
    </section>
  );
}

/** One sentence for each number that says something; zero says nothing. */
export function conductFacts(t: T, f: Facts): string[] {
  const out: string[] = [];
  if (f.account_age_hours !== undefined)
    out.push(t('fact.account_age', { time: duration(t, f.account_age_hours * HOUR_MS) }));
  if (f.minors_24h) out.push(t('fact.minors_24h', { n: f.minors_24h }));
  if (f.minors_7d && f.minors_7d !== f.minors_24h) out.push(t('fact.minors_7d', { n: f.minors_7d }));
  if (f.unreciprocated) out.push(t('fact.unreciprocated', { n: f.unreciprocated }));
  if (f.actor_began !== undefined) out.push(t(f.actor_began ? 'fact.began' : 'fact.not_began'));
  if (f.moved_private) out.push(t('fact.moved_private'));
  if (f.sent !== undefined && f.received !== undefined)
    out.push(t('fact.exchange', { sent: f.sent, received: f.received }));
  if (f.met_hours_ago !== undefined) {
    out.push(f.met_hours_ago < 1 ? t('fact.met.now') : t('fact.met', { time: duration(t, f.met_hours_ago * HOUR_MS) }));
  }
  return out;
}

export function noticeFacts(t: T, f: Facts): string[] {
  const out: string[] = [];
  if (f.reporter_age_band && f.reporter_age_band !== 'unknown')
    out.push(t('fact.reporter', { band: word(t, 'band', f.reporter_age_band) }));
  if (f.notices_made) out.push(t('fact.notices_made', { n: f.notices_made }));
  if (f.notices_upheld || f.notices_dismissed) {
    out.push(t('fact.notices_record', { upheld: f.notices_upheld ?? 0, dismissed: f.notices_dismissed ?? 0 }));
  }
  if (f.notices_against) out.push(t('fact.notices_against', { n: f.notices_against }));
  return out;
}

/** The legal basis is shown when private messages were read. */
export function LegalBasis({ found }: { found: CaseDetail }) {
  const { t } = useT();
  const private_ = found.events_list.find((e) => e.content?.channel === 'private' && e.content.legal_basis);
  const text = private_?.content?.legal_basis;
  if (!text) return null;
  const link = safeLink(found.policy?.legal_basis_source);
  return (
    <section aria-labelledby="basis-title">
      <h2 id="basis-title">{t('case.legal_basis')}</h2>
      <p class="basis">
        {text}
        {link ? (
          <>
            {' '}
            <a href={link} rel="noopener noreferrer external" target="_blank">
              {t('case.legal_basis.read')}
            </a>
          </>
        ) : null}
      </p>
    </section>
  );
}

const LATEST = 8;

/** The events of the case and what was decided, newest first. */
export function Timeline({ found, now }: { found: CaseDetail; now: number }) {
  const { t, lang } = useT();
  const events = [...found.events_list].sort((a, b) => b.seq - a.seq);
  return (
    <section aria-labelledby="timeline-title">
      <h2 id="timeline-title">{t('case.timeline')}</h2>
      <ol class="timeline">
        {[...found.decisions].reverse().map((d) => (
          <li key={`${d.time} ${d.user}`} class="timeline-decision">
            <Time at={d.time} now={now} />
            <span>
              <strong>{word(t, 'act', d.action)}</strong> {t('act.by', { who: d.user })} · {word(t, 'reason', d.reason)}
              {d.hours ? <> · {duration(t, d.hours * HOUR_MS)}</> : null}
              {d.note ? <span class="timeline-note">{d.note}</span> : null}
            </span>
          </li>
        ))}
        {events.slice(0, LATEST).map((e) => (
          <li key={e.seq}>
            <Time at={e.time} now={now} />
            <button type="button" class="link" onClick={(click) => showEvent(click.currentTarget, e.seq)}>
              {t(`case.timeline.event.${e.content ? kindOf(e.content.event.type) : 'other'}`)}
            </button>
            <span class="soft">
              {percentText(lang, e.risk)} · {word(t, 'verdict', e.verdict)}
            </span>
          </li>
        ))}
        {events.length > LATEST ? <li class="soft">{t('case.timeline.more', { n: events.length - LATEST })}</li> : null}
      </ol>
    </section>
  );
}

function showEvent(from: HTMLElement, seq: number): void {
  const line = from.closest('main')?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
  line?.scrollIntoView({ block: 'center', behavior: 'auto' });
  line?.classList.remove('line-found');
  requestAnimationFrame(() => line?.classList.add('line-found'));
}
