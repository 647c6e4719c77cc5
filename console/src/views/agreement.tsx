// SPDX-License-Identifier: Apache-2.0
// How right and how alike decisions are: known answers met, Krippendorff's alpha with its interval, drift; by person for a lead alone.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { figuresApi } from '../api-figures';
import { training } from '../api-training';
import { alphaText, shareOf } from '../figures';
import { dayOf, percentText } from '../format';
import { word } from '../i18n';
import { periods } from '../quality';
import { href } from '../route';
import { useT } from '../state';
import type { TrainedPerson } from '../types-training';
import type { Agreement, CategoryAgreement, Recall } from '../types-figures';
import { Chart } from './chart';
import { Choice, NoAnswer, SpaceChoice, useAnswer } from './choose';
import { Notice, useSpaceTitle } from './parts';

export function AgreementPage() {
  const { t } = useT();
  const [days, setDays] = useState(90);
  const [space, setSpace] = useState('');
  const { answer, failed, again } = useAnswer(() => figuresApi.agreement({ days, space }), [days, space]);

  return (
    <main id="main" class="page page-agreement" tabIndex={-1}>
      <h1>{t('agree.title')}</h1>
      <p class="lead">{t('agree.lead')}</p>
      <div class="choices">
        <Choice<number> label="quality.since" value={days} options={periods.map((n) => [n, t('quality.days', { n })])} onChoose={setDays} />
        <SpaceChoice value={space} onChoose={setSpace} />
      </div>
      <NoAnswer failed={failed} waiting={!answer} sentence="agree.failed" again={again} />
      {answer ? (
        <>
          <Falls answer={answer} />
          <p class="soft agree-help">{t('agree.help')}</p>
          {answer.categories.map((c) => (
            <Part key={c.category} c={c} level={answer.levels} />
          ))}
          <Persons answer={answer} />
        </>
      ) : null}
    </main>
  );
}

function Part({ c, level }: { c: CategoryAgreement; level: Agreement['levels'] }) {
  const { t, lang } = useT();
  const id = `agree-${c.category}`;
  return (
    <section class="agree" aria-labelledby={id}>
      <h2 id={id}>{word(t, 'kind', c.category)}</h2>
      {c.suppressed ? <p class="soft">{t('agree.hidden')}</p> : null}
      {c.recall && c.alpha ? (
        <div class="agree-two">
          <div class="agree-measure">
            <h3>{t('agree.recall')}</h3>
            <RecallWords recall={c.recall} level={level.recall} />
          </div>
          <div class="agree-measure">
            <h3>{t('agree.alpha')}</h3>
            {c.alpha.value === null ? (
              <p class="soft">{t('agree.alpha.none')}</p>
            ) : (
              <>
                <p class="agree-number">
                  {alphaText(lang, c.alpha.value)}
                  {c.below ? <span class="flag">{t('agree.alpha.below', { level: alphaText(lang, level.alpha) })}</span> : null}
                </p>
                <Bar low={c.alpha.low} high={c.alpha.high} at={c.alpha.value} level={level.alpha} from={-1} to={1} />
                <p class="soft">
                  {c.alpha.low !== null && c.alpha.high !== null
                    ? t('agree.range', { low: alphaText(lang, c.alpha.low), high: alphaText(lang, c.alpha.high) })
                    : t('agree.alpha.few')}
                  {' · '}
                  {t('agree.alpha.units', { n: c.alpha.units })}
                </p>
              </>
            )}
          </div>
          <Drift c={c} />
        </div>
      ) : null}
    </section>
  );
}

function RecallWords({ recall, level }: { recall: Recall; level: number }) {
  const { t, lang } = useT();
  if (recall.share === null) return <p class="soft">{t('agree.recall.none')}</p>;
  const more = [
    recall.less ? t('agree.less', { n: recall.less }) : '',
    recall.more ? t('agree.more', { n: recall.more }) : '',
    recall.asked ? t('agree.asked', { n: recall.asked }) : '',
  ].filter(Boolean);
  return (
    <>
      <p class="agree-number">{percentText(lang, recall.share)}</p>
      <Bar low={recall.low} high={recall.high} at={recall.share} level={level} from={0} to={1} />
      <p class="soft">
        {[
          t('agree.recall.of', { n: recall.answered, right: String(recall.right) }),
          t('agree.range', { low: percentText(lang, recall.low), high: percentText(lang, recall.high) }),
          ...more,
        ].join(' · ')}
      </p>
    </>
  );
}

/** A value on its line, the interval that holds it as a bar, and the policy's level as a tick; the words beside it say the same. */
function Bar({ low, high, at, level, from, to }: { low: number | null; high: number | null; at: number; level: number; from: number; to: number }) {
  const x = (v: number): number => Math.min(100, Math.max(0, ((v - from) / (to - from)) * 100));
  return (
    <svg class="quality-bar agree-bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="stage-track" y="5" width="100" height="2" />
      {low !== null && high !== null ? <rect class="quality-range" x={x(low)} y="3" width={Math.max(1, x(high) - x(low))} height="6" /> : null}
      {level > 0 ? <rect class="agree-level" x={Math.min(99.4, x(level))} width="0.6" height="12" /> : null}
      <rect class="quality-at" x={Math.min(98.5, Math.max(0, x(at) - 0.75))} y="1" width="1.5" height="10" />
    </svg>
  );
}

function Drift({ c }: { c: CategoryAgreement }) {
  const { t } = useT();
  const weeks = c.weeks ?? [];
  const curves = useMemo(
    () => [{ name: t('agree.right'), values: weeks.map((w) => shareOf(w.right, w.answered)), colour: '--accent' }],
    [weeks, t],
  );
  const starts = useMemo(() => weeks.map((w) => w.start), [weeks]);
  return (
    <div class="agree-drift">
      <h3>{t('agree.drift')}</h3>
      <p>{c.drift ? word(t, 'agree.drift', c.drift.direction) : t('agree.drift.unknown')}</p>
      {weeks.some((w) => w.answered > 0) ? (
        <Chart title={t('agree.weekly', { kind: word(t, 'kind', c.category) })} starts={starts} curves={curves} share />
      ) : null}
    </div>
  );
}

type Fall = NonNullable<Agreement['falls']>[number];

/** What rests now, and what was opened again since: a fall stays in the figures after it was talked over. */
function useResting(wanted: boolean): ((f: Fall) => boolean) | null {
  const [people, setPeople] = useState<TrainedPerson[] | null>(null);
  useEffect(() => {
    if (!wanted) return;
    training.people().then(
      (got) => setPeople(got.people),
      () => {}, // then nothing is said of it: the page of certificates says what does not answer
    );
  }, [wanted]);
  return (
    people &&
    ((f) =>
      people.some(
        (p) =>
          p.name === f.user &&
          p.spaces.some(
            (s) => s.space === f.space && s.categories.some((c) => c.category === f.category && c.state === 'suspended'),
          ),
      ))
  );
}

function Falls({ answer }: { answer: Agreement }) {
  const { t, lang } = useT();
  const title = useSpaceTitle();
  const resting = useResting(answer.falls?.some((f) => f.suspended) ?? false);
  if (!answer.falls?.length) return null;
  return (
    <Notice tone="warm">
      <h2>{t('agree.falls')}</h2>
      <ul class="agree-falls">
        {answer.falls.map((f) => (
          <li key={`${f.user} ${f.category} ${f.time}`}>
            {t('agree.falls.one', {
              user: f.user,
              kind: word(t, 'kind', f.category),
              right: String(f.right),
              n: f.answered,
              level: percentText(lang, f.level),
            })}{' '}
            <span class="soft">
              {[title(f.space), dayOf(lang, f.time), resting && f.suspended ? t(resting(f) ? 'agree.falls.rests' : 'agree.falls.open') : '']
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
      <p>
        {t('agree.falls.next')}{' '}
        <a class="button button-small" href={href({ page: 'certificates' })}>
          {t('certs.nav')}
        </a>
      </p>
    </Notice>
  );
}

function Persons({ answer }: { answer: Agreement }) {
  const { t, lang } = useT();
  if (!answer.persons?.length) return null;
  return (
    <section aria-labelledby="persons-title">
      <h2 id="persons-title">{t('agree.persons')}</h2>
      <p class="soft">{t('agree.persons.lead')}</p>
      <table class="figures-table">
        <thead>
          <tr>
            <th scope="col">{t('agree.person')}</th>
            <th scope="col">{t('kind.label')}</th>
            <th scope="col">{t('agree.language')}</th>
            <th scope="col" class="number">
              {t('agree.recall')}
            </th>
            <th scope="col" class="number">
              {t('agree.answered')}
            </th>
          </tr>
        </thead>
        <tbody>
          {answer.persons.map((p) => (
            <tr key={`${p.user} ${p.category} ${p.language}`}>
              <th scope="row">{p.user}</th>
              <td data-label={t('kind.label')}>{word(t, 'kind', p.category)}</td>
              <td data-label={t('agree.language')}>{p.language || '–'}</td>
              <td class="number" data-label={t('agree.recall')}>
                {p.recall.share === null ? '–' : percentText(lang, p.recall.share)}
              </td>
              <td class="number" data-label={t('agree.answered')}>
                {t('gold.met', { n: p.recall.answered, right: String(p.recall.right) })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
