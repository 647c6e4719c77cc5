// SPDX-License-Identifier: Apache-2.0
// The quiet strip: is the queue live, and how much is going on. Nothing here asks for anything.
import { number } from '../i18n';
import { PULSES, useApp, useT } from '../state';
import type { Key } from '../strings';
import type { Pulse } from '../types';
import { useNow } from '../clock';

/** Points of a line over `values` in a box of w x h, newest at the right; the top is the largest, at least `least`. */
export function sparkline(values: readonly number[], w: number, h: number, least = 1): string {
  const most = Math.max(least, ...values);
  const step = w / (PULSES - 1);
  const start = w - (values.length - 1) * step;
  return values.map((v, i) => `${(start + i * step).toFixed(1)},${(h - (v / most) * h).toFixed(1)}`).join(' ');
}

function Line({ values, label, wide = false }: { values: readonly number[]; label: string; wide?: boolean }) {
  const w = wide ? 140 : 56;
  const points = sparkline(values, w, 18);
  return (
    <svg
      class={`spark ${wide ? 'spark-wide' : ''}`}
      viewBox={`0 -1 ${w} 20`}
      width={w}
      height="20"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line class="spark-ground" x1="0" y1="18" x2={w} y2="18" />
      {values.length > 1 ? <polyline class="spark-line" points={points} /> : null}
    </svg>
  );
}

const shown: { name: 'nudge' | 'review' | 'hold' | 'block'; label: Key }[] = [
  { name: 'nudge', label: 'live.nudge' },
  { name: 'review', label: 'live.review' },
  { name: 'hold', label: 'live.hold' },
  { name: 'block', label: 'live.block' },
];

function LiveDot() {
  const { t } = useT();
  const live = useApp((s) => s.live);
  useNow();
  const text =
    live.status === 'live'
      ? t('live.on')
      : live.status === 'connecting'
        ? t('live.connecting')
        : t('live.off', { n: Math.max(1, Math.ceil((live.retryAt - Date.now()) / 1000)) });
  return (
    <span class={`live live-${live.status}`}>
      <span class="live-dot" aria-hidden="true" /> {text}
    </span>
  );
}

export function PulseStrip() {
  const { t, lang } = useT();
  const pulses = useApp((s) => s.pulses);
  const rates = pulses.map((p) => p.events_per_second);
  const rate = average(rates.slice(-5));
  return (
    <section class="pulse" aria-label={t('live.strip')}>
      <LiveDot />
      <span class="pulse-item">
        <Line values={rates} wide label={t('live.graph.rate', { n: rate })} />
        <span class="pulse-number">{number(lang, rate)}</span>
        <span class="pulse-label">{t('live.events')}</span>
      </span>
      {shown.map(({ name, label }) => {
        const values = smooth(pulses, name);
        const total = pulses.reduce((sum, p) => sum + p[name], 0);
        return (
          <span class="pulse-item pulse-verdict" key={name}>
            <Line values={values} label={t('live.graph', { label: t(label), n: total })} />
            <span class="pulse-number">{number(lang, total)}</span>
            <span class="pulse-label">{t(label)}</span>
          </span>
        );
      })}
      <span class="pulse-window">{t('live.window')}</span>
    </section>
  );
}

function average(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return mean >= 10 ? Math.round(mean) : Math.round(mean * 10) / 10;
}

/** Rare things are shown as the sum of the last ten seconds: a hill instead of a needle. */
function smooth(pulses: readonly Pulse[], name: 'nudge' | 'review' | 'hold' | 'block'): number[] {
  let sum = 0;
  return pulses.map((p, i) => {
    sum += p[name] - (i >= 10 ? (pulses[i - 10] as Pulse)[name] : 0);
    return sum;
  });
}
