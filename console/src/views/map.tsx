// SPDX-License-Identifier: Apache-2.0
// The small map of a case: where author, victim and host may be. It says nothing that the table below it does not say; the table is there for
// who cannot see the map, and for whoever prefers it.
import { percentText } from '../format';
import { pick, word } from '../i18n';
import { mapOf, othersThan, type Place } from '../map/mapof';
import { rest } from '../map/world';
import { useT } from '../state';

export function PlacesMap({ places }: { places: readonly Place[] }) {
  const { t, lang } = useT();
  if (places.length === 0) return <p class="map-none">{t('map.none')}</p>;
  const drawn = mapOf(places);
  const size = drawn.view[2] / 320; // one unit of text and line, whatever part of the world is shown
  const role = (whose: string) => word(t, 'map', whose);
  return (
    <figure class="places-map">
      <svg viewBox={drawn.view.join(' ')} role="img" aria-label={t('map.alt', { where: places.map((p) => `${pick(p.name, lang)} (${p.roles.map((r) => role(r.whose)).join(', ')})`).join(' ; ') })}>
        <path class="map-land" d={othersThan(drawn.countries.map((c) => c.code)) + rest} stroke-width={size / 3} />
        {drawn.countries.map((c) => (
          <path key={c.code} class={`map-country map-${c.whose}`} d={c.d} stroke-width={size / 2} />
        ))}
        {drawn.arcs.map((arc) => (
          <path key={`${arc.from}-${arc.to}`} class="map-arc" d={arc.d} stroke-width={size * 1.4} stroke-dasharray={arc.weak ? `${size * 2} ${size * 3}` : undefined} />
        ))}
        {drawn.points.map((p) => (
          <circle key={p.code} class={`map-point map-${p.whose}`} cx={p.x} cy={p.y} r={size * 3.2} stroke-width={size} stroke-dasharray={p.weak ? `${size} ${size}` : undefined} />
        ))}
        {drawn.labels.map((l) => (
          <text key={l.code} class="map-label" x={l.x} y={l.y} text-anchor={l.anchor} font-size={size * 9} stroke-width={size * 2.5}>
            {pick(l.name, lang)}
          </text>
        ))}
      </svg>
      <figcaption>
        <table class="map-table">
          <caption>{t('map.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('map.country')}</th>
              <th scope="col">{t('map.who')}</th>
            </tr>
          </thead>
          <tbody>
            {places.map((place) => (
              <tr key={place.country}>
                <th scope="row">{pick(place.name, lang)}</th>
                <td>
                  {place.roles.map((r) => (
                    <span key={r.whose} class={`map-role map-${r.whose}`}>
                      {role(r.whose)} {percentText(lang, r.confidence)}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </figcaption>
    </figure>
  );
}
