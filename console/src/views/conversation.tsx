// SPDX-License-Identifier: Apache-2.0
// The conversation as it was, with the evidence marked where it was found.
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { segments, type Segment } from '../bytes';
import { clock, day, full, percentText, sameDay } from '../format';
import { word, type T } from '../i18n';
import { cover } from '../mask';
import { memo } from '../memo';
import { useT } from '../state';
import { isKey } from '../strings';
import { isMark, type Line, type Section } from '../transcript';
import type { Lang } from '../types';
import { MediaCard } from './media';
import { BandText } from './parts';

const SAME_BREATH_MS = 5 * 60 * 1000; // messages of one person within this time share one name line
const BLOCK = 30; // lines drawn at once: a conversation of thousands shows its newest event first, the rest follows while nobody waits

interface Props {
  section: Section;
  caseId: string;
  /** Under the head: what was asked for beyond the window. */
  children?: ComponentChildren;
}

export const Conversation = memo<Props>(function Talk({ section, caseId, children }) {
  const { t, lang } = useT();
  const messages = section.lines.filter((l) => l.kind === 'message').length;
  const title = section.conversation || t('case.conversation.none');
  const blocks = useMemo(() => blocksOf(section.lines), [section]);
  const drawn = useFilling(blocks, section);
  return (
    <section class="talk" aria-label={`${t('case.conversation')} ${title}`}>
      <header class="talk-head">
        <h2>
          <bdi>{title}</bdi>
        </h2>
        <span class="soft">
          {word(t, 'channel', section.channel)}
          {messages > 0 ? <> · {t('case.messages', { n: messages })}</> : null}
        </span>
      </header>
      {children}
      <ol class="lines" aria-busy={drawn.from > 0 || drawn.to < blocks.length || undefined}>
        {blocks.slice(drawn.from, drawn.to).map((block) => (
          <BlockView key={block.key} block={block} caseId={caseId} t={t} lang={lang} />
        ))}
      </ol>
    </section>
  );
});

interface Block {
  key: string;
  lines: readonly Line[];
  before: Line | undefined;
}

function blocksOf(lines: readonly Line[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += BLOCK)
    blocks.push({ key: lines[at]?.key ?? '', lines: lines.slice(at, at + BLOCK), before: lines[at - 1] });
  return blocks;
}

/** The block with the newest event and its neighbour below at once; then the others, one by one, while nothing else is to be done. */
function useFilling(blocks: readonly Block[], section: Section): { from: number; to: number } {
  const first = useMemo(() => {
    let newest = -1;
    section.lines.forEach((line, i) => (newest = line.event ? i : newest));
    const at = Math.max(0, Math.floor(newest / BLOCK));
    return { from: newest % BLOCK < BLOCK / 2 ? Math.max(0, at - 1) : at, to: Math.min(blocks.length, at + 2) };
  }, [section]);
  const [drawn, setDrawn] = useState({ section, ...first });
  const now = drawn.section === section ? drawn : { section, ...first };
  useEffect(() => {
    if (now.from === 0 && now.to >= blocks.length) return;
    return whenIdle(() =>
      setDrawn({ section, from: now.to < blocks.length ? now.from : now.from - 1, to: Math.min(blocks.length, now.to + 1) }),
    );
  }, [section, now.from, now.to]);
  return now;
}

function whenIdle(call: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const id = requestIdleCallback(call, { timeout: 200 });
    return () => cancelIdleCallback(id);
  }
  const id = setTimeout(call, 16);
  return () => clearTimeout(id);
}

interface Words {
  t: T;
  lang: Lang;
}

/** No hook below here: thousands of lines would each listen to the whole state. */
const BlockView = memo<{ block: Block; caseId: string } & Words>(function Lines({ block, caseId, t, lang }) {
  return (
    <>
      {block.lines.map((line, i) => {
        const before = block.lines[i - 1] ?? block.before;
        const newDay = !before || !sameDay(before.time, line.time);
        return (
          <>
            {newDay ? (
              <li class="line-day" key={`day ${line.key}`}>
                <time dateTime={line.time.slice(0, 10)}>{day(lang, line.time)}</time>
              </li>
            ) : null}
            <LineView key={line.key} line={line} caseId={caseId} joined={!newDay && continues(before, line)} t={t} lang={lang} />
          </>
        );
      })}
    </>
  );
});

function continues(before: Line | undefined, line: Line): boolean {
  if (!before || before.subject !== line.subject || before.kind !== 'message' || line.kind !== 'message') return false;
  return Date.parse(line.time) - Date.parse(before.time) < SAME_BREATH_MS;
}

interface LineProps extends Words {
  line: Line;
  caseId: string;
}

function LineView({ line, caseId, joined, t, lang }: LineProps & { joined: boolean }) {
  const names = ['line', line.own ? 'line-own' : 'line-other', `line-${line.kind}`];
  if (joined) names.push('line-joined');
  if (line.event) names.push('line-event');
  return (
    <li class={names.join(' ')} data-seq={line.event?.seq}>
      <div class="line-who">
        <bdi class="line-name">{line.subject}</bdi> <BandText t={t} band={line.band} />
      </div>
      <div class="bubble">
        <Said line={line} caseId={caseId} t={t} lang={lang} />
        <time class="line-time" dateTime={line.time} title={full(lang, line.time)}>
          {clock(lang, line.time)}
        </time>
      </div>
      {line.event ? (
        <p class="line-note">
          {t(line.event.first ? 'case.opened_it' : 'case.added_to_it')} · {t('case.risk')}{' '}
          {percentText(lang, line.event.risk)} · {word(t, 'verdict', line.event.verdict)}
        </p>
      ) : null}
    </li>
  );
}

function Said({ line, caseId, t }: LineProps) {
  const who = line.to[0] ?? '';
  switch (line.kind) {
    case 'contact':
      return <p class="said said-act">{contactText(t, line.detail?.contact ?? '', who)}</p>;
    case 'media':
      return <Media line={line} caseId={caseId} t={t} />;
    case 'notice':
      return (
        <>
          <p class="said said-act">
            {t('case.notice', {
              who: line.detail?.about ?? '',
              reason: word(t, 'reason', line.detail?.reason ?? 'other'),
            })}
          </p>
          {line.text ? <Text line={line} t={t} /> : null}
        </>
      );
    case 'message':
      return <Text line={line} t={t} />;
    default:
      return <p class="said said-act">{t('case.other_event', { type: line.type })}</p>;
  }
}

/** With what is known of it; of an old event only the bank's name is. */
function Media({ line, caseId, t }: { line: Line; caseId: string; t: T }) {
  const found = line.event?.evidence.map((e) => e.name).filter((n) => n.startsWith('media.')) ?? [];
  const marks = found.length > 0 ? found.join(' ') : undefined;
  if (line.withheld) return <p class="said said-act">{t('media.withheld')}</p>;
  if (line.media) {
    return (
      <div class="said-media" data-ev={marks}>
        <MediaCard caseId={caseId} media={line.media} />
      </div>
    );
  }
  return (
    <p class="said said-act" data-ev={marks}>
      {t('case.media')}{' '}
      {line.detail?.bank
        ? t('case.media.bank', { bank: line.detail.bank, category: line.detail.category ?? '' })
        : null}
    </p>
  );
}

function contactText(t: T, kind: string, who: string): string {
  const key = `case.contact.${kind}`;
  return isKey(key) ? t(key, { who }) : t('case.other_event', { type: kind });
}

/** The words, cut where evidence begins and ends, and where something may be covered. Whether it is, the page's class says (views/cover.ts): to cover or
 *  uncover thousands of lines must not draw them anew. */
function Text({ line, t }: { line: Line; t: T }) {
  if (line.withheld) return <p class="said said-act">{t('case.withheld')}</p>;
  return (
    <p class="said" dir="auto">
      <CoveredText parts={segments(line.text, line.places)} t={t} />
    </p>
  );
}

/** Also of messages that came later, and have no places. */
export function CoveredText({ parts, t }: { parts: readonly Segment[]; t: T }) {
  return (
    <>
      {cover(parts).map((part, i) =>
        part.names.length > 0 ? (
          <Marked key={i} text={part.text} names={part.names} covered={part.covered} t={t} />
        ) : part.covered ? (
          <span key={i} class="cover" data-cover={t('mask.covered', { what: t('mask.pointer') })}>
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </>
  );
}

/** What is evidence, and what is held against nobody, differ in colour, in their line, and in what is read out. */
function Marked({ text, names, covered, t }: { text: string; names: readonly string[]; covered: boolean; t: T }) {
  const marks = names.filter(isMark);
  const evidence = names.filter((n) => !isMark(n));
  const words = [...evidence.map((n) => word(t, 'ev', n)), ...marks.map((n) => markName(t, n))];
  const said = t(evidence.length === 0 ? 'case.mark' : 'case.evidence.mark', { names: words.join(', ') });
  return (
    <mark
      tabIndex={0}
      class={evidence.length === 0 ? 'mark-said' : undefined}
      data-ev={names.join(' ')}
      data-cover={covered ? t('mask.covered', { what: said }) : undefined}
      title={words.join(' · ')}
    >
      {covered ? <span class="cover">{text}</span> : text}
      <span class="visually-hidden"> ({said})</span>
    </mark>
  );
}

/** The name of a mark is its key. */
function markName(t: T, name: string): string {
  return isKey(name) ? t(name) : name;
}

/** Shown when there is something to tell apart. */
export function Legend({ sections }: { sections: readonly Section[] }) {
  const { t } = useT();
  const names = sections.flatMap((s) => s.lines.flatMap((l) => l.places.map((p) => p.name)));
  if (!names.some(isMark)) return null;
  return (
    <p class="legend" aria-label={t('legend.title')}>
      {names.some((n) => !isMark(n)) ? (
        <span>
          <span class="legend-evidence" aria-hidden="true">
            abc
          </span>{' '}
          {t('legend.evidence')}
        </span>
      ) : null}
      <span>
        <span class="legend-said" aria-hidden="true">
          abc
        </span>{' '}
        {t('legend.mark')}
      </span>
    </p>
  );
}
