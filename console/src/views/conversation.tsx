// SPDX-License-Identifier: Apache-2.0
// The conversation as it was, with the evidence marked where it was found.
import { segments } from '../bytes';
import { clock, day, full, percentText, sameDay } from '../format';
import { word, type T } from '../i18n';
import { useT } from '../state';
import { isKey } from '../strings';
import { isMark, type Line, type Section } from '../transcript';
import { MediaCard } from './media';
import { Band } from './parts';

const SAME_BREATH_MS = 5 * 60 * 1000; // messages of one person within this time share one name line

export function Conversation({ section, caseId }: { section: Section; caseId: string }) {
  const { t, lang } = useT();
  const messages = section.lines.filter((l) => l.kind === 'message').length;
  const title = section.conversation || t('case.conversation.none');
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
      <ol class="lines">
        {section.lines.map((line, i) => {
          const before = section.lines[i - 1];
          const newDay = !before || !sameDay(before.time, line.time);
          return (
            <>
              {newDay ? (
                <li class="line-day" key={`day ${line.key}`}>
                  <time dateTime={line.time.slice(0, 10)}>{day(lang, line.time)}</time>
                </li>
              ) : null}
              <LineView key={line.key} line={line} caseId={caseId} continues={!newDay && continues(before, line)} />
            </>
          );
        })}
      </ol>
    </section>
  );
}

function continues(before: Line | undefined, line: Line): boolean {
  if (!before || before.subject !== line.subject || before.kind !== 'message' || line.kind !== 'message') return false;
  return Date.parse(line.time) - Date.parse(before.time) < SAME_BREATH_MS;
}

function LineView({ line, caseId, continues: joined }: { line: Line; caseId: string; continues: boolean }) {
  const { t, lang } = useT();
  const names = ['line', line.own ? 'line-own' : 'line-other', `line-${line.kind}`];
  if (joined) names.push('line-joined');
  if (line.event) names.push('line-event');
  return (
    <li class={names.join(' ')} data-seq={line.event?.seq}>
      <div class="line-who">
        <bdi class="line-name">{line.subject}</bdi> <Band band={line.band} />
      </div>
      <div class="bubble">
        <Said line={line} caseId={caseId} />
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

function Said({ line, caseId }: { line: Line; caseId: string }) {
  const { t } = useT();
  const who = line.to[0] ?? '';
  switch (line.kind) {
    case 'contact':
      return <p class="said said-act">{contactText(t, line.detail?.contact ?? '', who)}</p>;
    case 'media':
      return <Media line={line} caseId={caseId} />;
    case 'notice':
      return (
        <>
          <p class="said said-act">
            {t('case.notice', {
              who: line.detail?.about ?? '',
              reason: word(t, 'reason', line.detail?.reason ?? 'other'),
            })}
          </p>
          {line.text ? <Text line={line} /> : null}
        </>
      );
    case 'message':
      return <Text line={line} />;
    default:
      return <p class="said said-act">{t('case.other_event', { type: line.type })}</p>;
  }
}

/** With what is known of it; of an old event only the bank's name is. */
function Media({ line, caseId }: { line: Line; caseId: string }) {
  const { t } = useT();
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

/** The words, cut where evidence begins and ends. */
function Text({ line }: { line: Line }) {
  const { t } = useT();
  if (line.withheld) return <p class="said said-act">{t('case.withheld')}</p>;
  return (
    <p class="said" dir="auto">
      {segments(line.text, line.places).map((part, i) =>
        part.names.length === 0 ? (
          part.text
        ) : (
          <Marked key={i} text={part.text} names={part.names} />
        ),
      )}
    </p>
  );
}

/** What is evidence, and what is held against nobody, differ in colour, in their line, and in what is read out. */
function Marked({ text, names }: { text: string; names: readonly string[] }) {
  const { t } = useT();
  const marks = names.filter(isMark);
  const evidence = names.filter((n) => !isMark(n));
  const words = [...evidence.map((n) => word(t, 'ev', n)), ...marks.map((n) => markName(t, n))];
  return (
    <mark
      tabIndex={0}
      class={evidence.length === 0 ? 'mark-said' : undefined}
      data-ev={names.join(' ')}
      title={words.join(' · ')}
    >
      {text}
      <span class="visually-hidden">
        {' '}
        ({t(evidence.length === 0 ? 'case.mark' : 'case.evidence.mark', { names: words.join(', ') })})
      </span>
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
