// SPDX-License-Identifier: Apache-2.0
// What pages of figures share: a period, a space, an answer that is asked again when they change, and what stands there without one.
import { useEffect, useState } from 'preact/hooks';
import { pick } from '../i18n';
import { useApp, useT } from '../state';
import type { Key } from '../strings';
import { Notice } from './parts';

/** The answer to what is asked, anew whenever `asked` changes; `again` asks once more. */
export function useAnswer<A>(ask: () => Promise<A>, asked: readonly unknown[]) {
  const [answer, setAnswer] = useState<A | null>(null);
  const [failed, setFailed] = useState(false);
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let left = false;
    setFailed(false);
    ask().then(
      (got) => left || setAnswer(() => got),
      () => left || setFailed(true),
    );
    return () => {
      left = true;
    };
  }, [...asked, times]);
  return { answer, failed, again: () => setTimes(times + 1) };
}

/** One choice among a few, with its name. */
export function Choice<V extends string | number>({
  label,
  value,
  options,
  onChoose,
}: {
  label: Key;
  value: V;
  options: readonly (readonly [V, string])[];
  onChoose(value: V): void;
}) {
  const { t } = useT();
  return (
    <label class="choice">
      <span>{t(label)}</span>
      <select value={value} onChange={(e) => options[e.currentTarget.selectedIndex] && onChoose((options[e.currentTarget.selectedIndex] as readonly [V, string])[0])}>
        {options.map(([v, text]) => (
          <option key={v} value={v}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Which space, when there is more than one. */
export function SpaceChoice({ value, onChoose }: { value: string; onChoose(space: string): void }) {
  const { t, lang } = useT();
  const spaces = useApp((s) => s.spaces);
  if (spaces.length < 2) return null;
  const options = [['', t('queue.space.all')] as const, ...spaces.map((s) => [s.space, pick(s.title, lang) || s.space] as const)];
  return <Choice label="queue.space" value={value} options={options} onChoose={onChoose} />;
}

/** In place of an answer: it is on its way, or it did not come. */
export function NoAnswer({ failed, waiting, sentence, again }: { failed: boolean; waiting: boolean; sentence: Key; again(): void }) {
  const { t } = useT();
  if (failed)
    return (
      <Notice tone="bad" alert>
        {t(sentence)}{' '}
        <button type="button" class="button" onClick={again}>
          {t('app.retry')}
        </button>
      </Notice>
    );
  return waiting ? <p class="empty">{t('app.loading')}</p> : null;
}
