// SPDX-License-Identifier: Apache-2.0
// The bar that offers to take the last decision back, for the seconds that the space gives. It waits for nobody and covers nothing.
import { useEffect, useState } from 'preact/hooks';
import { set, useApp, useT } from '../state';
import { secondsLeft, undoLast } from '../undo';
import { Cap } from './parts';

const TICK_MS = 250;

export function UndoBar() {
  const { t } = useT();
  const undo = useApp((s) => s.undo);
  const [now, setNow] = useState(() => Date.now());

  useEffect(() => {
    if (!undo) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [undo]);
  const left = undo ? secondsLeft(undo.until, now) : 0;
  useEffect(() => {
    if (undo && left === 0) set({ undo: null });
  }, [undo, left === 0]);
  if (!undo || left === 0) return null;
  return (
    <section class="undo" aria-label={t('undo.title')}>
      <span role="status">
        {undo.kind === 'bulk'
          ? t('undo.what.bulk', { n: undo.count })
          : t(undo.kind === 'opinion' ? 'undo.what.opinion' : 'undo.what.decision', { id: undo.id, action: undo.action ? t(`act.${undo.action}`) : '' })}
      </span>
      <button type="button" class="button button-main" aria-keyshortcuts="z" onClick={() => void undoLast()}>
        {t('undo.do')} <Cap>Z</Cap>
      </button>
      <span class="undo-left" aria-hidden="true">
        {t('time.seconds', { n: left })}
      </span>
    </section>
  );
}
