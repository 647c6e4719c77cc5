// SPDX-License-Identifier: Apache-2.0
// A chart over time with the same figures as a table under it. uPlot draws on a canvas; colours are read from the tokens, and again when
// the theme changes. Nothing of it is inline style in the page's text, so the Content-Security-Policy needs no exception.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { percentText } from '../format';
import { number } from '../i18n';
import { useT } from '../state';
import type { Lang } from '../types';

export interface Curve {
  name: string;
  values: (number | null)[];
  /** A token of css/tokens.css, "--accent". */
  colour: string;
  dash?: number[];
  fill?: boolean;
}

const HEIGHT = 190;
const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function valueText(lang: Lang, share: boolean, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return share ? percentText(lang, value) : number(lang, value);
}

function axis(colour: string, grid: string, values?: uPlot.Axis.Values): uPlot.Axis {
  const one: uPlot.Axis = { stroke: colour, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: '12px system-ui, sans-serif' };
  if (values) one.values = values;
  return one;
}

function optionsOf(curves: readonly Curve[], width: number, lang: Lang, share: boolean): uPlot.Options {
  const [soft, line] = [token('--soft'), token('--line')];
  const day = new Intl.DateTimeFormat(lang === 'fr' ? 'fr-FR' : 'en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return {
    width,
    height: HEIGHT,
    padding: [8, 12, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    scales: { y: { range: share ? [0, 1] : (_, __, most) => [0, Math.max(4, Math.ceil(most * 1.1))] } },
    axes: [
      { ...axis(soft, line, (_, at) => at.map((s) => day.format(s * 1000))), space: 70 },
      { ...axis(soft, line, (_, at) => at.map((v) => (share || Number.isInteger(v) ? valueText(lang, share, v) : ''))), size: 54 },
    ],
    series: [
      {},
      ...curves.map((c): uPlot.Series => {
        const one: uPlot.Series = { stroke: token(c.colour), width: 2, points: { show: curves[0] !== undefined && curves[0].values.length <= 31, size: 5 }, spanGaps: share };
        if (c.dash) one.dash = c.dash;
        if (c.fill) one.fill = `${token(c.colour)}22`;
        return one;
      }),
    ],
  };
}

export function Chart({ title, starts, curves, share = false }: { title: string; starts: string[]; curves: Curve[]; share?: boolean }) {
  const { t, lang } = useT();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    let plot: uPlot | null = null;
    const draw = (): void => {
      plot?.destroy();
      const x = starts.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000);
      plot = new uPlot(optionsOf(curves, Math.max(240, box.clientWidth), lang, share), [x, ...curves.map((c) => c.values)] as uPlot.AlignedData, box);
    };
    draw();
    const size = new ResizeObserver(() => plot && Math.abs(plot.width - box.clientWidth) > 4 && draw());
    size.observe(box);
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const night = matchMedia('(prefers-color-scheme: dark)');
    night.addEventListener('change', draw);
    return () => {
      size.disconnect();
      theme.disconnect();
      night.removeEventListener('change', draw);
      plot?.destroy();
    };
  }, [starts, curves, share, lang]);

  return (
    <figure class="chart">
      <figcaption>
        {title}
        {curves.length > 1 ? (
          <span class="chart-legend">
            {curves.map((c) => (
              <span class="chart-name" key={c.name}>
                <svg class={`chart-line chart-line${c.colour}`} viewBox="0 0 24 6" aria-hidden="true">
                  <line x1="0" y1="3" x2="24" y2="3" stroke-width="3" stroke-dasharray={c.dash?.join(' ')} />
                </svg>
                {c.name}
              </span>
            ))}
          </span>
        ) : null}
      </figcaption>
      <div class="chart-box" ref={place} aria-hidden="true" />
      <details class="chart-table">
        <summary>{t('figures.table')}</summary>
        <div class="chart-scroll" tabIndex={0} role="group" aria-label={title}>
          <table>
            <caption class="visually-hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{t('figures.from')}</th>
                {curves.map((c) => (
                  <th scope="col" class="number" key={c.name}>
                    {c.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {starts.map((day, i) => (
                <tr key={day}>
                  <th scope="row">{day}</th>
                  {curves.map((c) => (
                    <td class="number" key={c.name}>
                      {valueText(lang, share, c.values[i])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
