// SPDX-License-Identifier: Apache-2.0
// The stages of the exchange over time: one row each, a bar from when it was reached. The words beside it say the same.
import { useT } from '../state';
import { word } from '../i18n';
import { around, beginsAt, summary, whenReached } from '../stages';
import { course as courseOf } from '../transcript';
import type { CaseDetail, Stage } from '../types';

export function Stages({ found }: { found: CaseDetail }) {
  const { t } = useT();
  const course = courseOf(found);
  if (!course) return null;
  const more = around(t, course);
  return (
    <section aria-labelledby="stages-title">
      <h2 id="stages-title">{t('stage.title')}</h2>
      <p class="stages-say">{summary(t, course)}</p>
      <ol class="stages">
        {course.stages.map((stage) => (
          <li key={stage.name} class={`stage ${stage.reached ? '' : 'stage-not'} ${stage.now ? 'stage-now' : ''}`}>
            <span class="stage-name" title={word(t, 'stage', `${stage.name}.help`)}>
              {word(t, 'stage', stage.name)}
            </span>
            <StageBar stage={stage} all={course.stages} />
            <span class="stage-when">
              {stage.now ? <strong class="stage-flag">{t('stage.now')}</strong> : null}
              {stage.now ? <span class="visually-hidden">, </span> : null}
              {stage.now && stage.minutes !== null ? <span class="visually-hidden">{whenReached(t, stage)}</span> : null}
              {stage.now ? null : whenReached(t, stage)}
            </span>
          </li>
        ))}
      </ol>
      {more.length > 0 ? (
        <ul class="facts">
          {more.map((s) => (
            <li key={s}>{s}</li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function StageBar({ stage, all }: { stage: Stage; all: readonly Stage[] }) {
  const from = Math.round(beginsAt(stage, all) * 100);
  return (
    <svg class="stage-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect class="stage-track" y="4" width="100" height="2" />
      {stage.reached ? <rect class="stage-fill" x={from} y="1" width={100 - from} height="8" /> : null}
    </svg>
  );
}
