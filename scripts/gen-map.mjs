// SPDX-License-Identifier: Apache-2.0
// Writes console/src/map/world.ts: the outlines of countries for the small map of a case, from the package world-atlas (Natural Earth, public
// domain), projected (Natural Earth I, Šavrič et al. 2015), rounded to a grid and without the points that make no difference there.
//
//   node scripts/gen-map.mjs           writes it
//   node scripts/gen-map.mjs --check   fails when the file is not what this would write
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '..', 'console');
const require = createRequire(join(home, 'package.json'));
const { feature } = require('topojson-client');
const coarse = require('world-atlas/countries-110m.json'), fine = require('world-atlas/countries-50m.json');
const target = join(home, 'src/map/world.ts');

const WIDTH = 640, TOP = 84, BOTTOM = -57; // without the Antarctic: nobody lives there
// ISO 3166-1: numeric and alpha-2.
const codes = new Map(`004AF 008AL 010AQ 012DZ 016AS 020AD 024AO 028AG 031AZ 032AR 036AU 040AT 044BS 048BH 050BD 051AM 052BB 056BE 060BM 064BT 068BO 070BA 072BW 074BV 076BR 084BZ 086IO 090SB 092VG 096BN 
100BG 104MM 108BI 112BY 116KH 120CM 124CA 132CV 136KY 140CF 144LK 148TD 152CL 156CN 158TW 162CX 166CC 170CO 174KM 175YT 178CG 180CD 184CK 188CR 191HR 192CU 196CY 203CZ 204BJ 208DK 
212DM 214DO 218EC 222SV 226GQ 231ET 232ER 233EE 234FO 238FK 239GS 242FJ 246FI 248AX 250FR 254GF 258PF 260TF 262DJ 266GA 268GE 270GM 275PS 276DE 288GH 292GI 296KI 300GR 304GL 308GD 
312GP 316GU 320GT 324GN 328GY 332HT 334HM 336VA 340HN 344HK 348HU 352IS 356IN 360ID 364IR 368IQ 372IE 376IL 380IT 384CI 388JM 392JP 398KZ 400JO 404KE 408KP 410KR 414KW 417KG 418LA 
422LB 426LS 428LV 430LR 434LY 438LI 440LT 442LU 446MO 450MG 454MW 458MY 462MV 466ML 470MT 474MQ 478MR 480MU 484MX 492MC 496MN 498MD 499ME 500MS 504MA 508MZ 512OM 516NA 520NR 524NP 
528NL 531CW 533AW 534SX 535BQ 540NC 548VU 554NZ 558NI 562NE 566NG 570NU 574NF 578NO 580MP 581UM 583FM 584MH 585PW 586PK 591PA 598PG 600PY 604PE 608PH 612PN 616PL 620PT 624GW 626TL 
630PR 634QA 638RE 642RO 643RU 646RW 652BL 654SH 659KN 660AI 662LC 663MF 666PM 670VC 674SM 678ST 682SA 686SN 688RS 690SC 694SL 702SG 703SK 704VN 705SI 706SO 710ZA 716ZW 724ES 728SS 
729SD 732EH 740SR 744SJ 748SZ 752SE 756CH 760SY 762TJ 764TH 768TG 772TK 776TO 780TT 784AE 788TN 792TR 795TM 796TC 798TV 800UG 804UA 807MK 818EG 826GB 831GG 832JE 833IM 834TZ 840US 
850VI 854BF 858UY 860UZ 862VE 876WF 882WS 887YE 894ZM 983XK`.trim().split(/\s+/).map((one) => [one.slice(0, 3), one.slice(3)]));

function raw(longitude, latitude) {
  const l = (longitude * Math.PI) / 180, p = (latitude * Math.PI) / 180, p2 = p * p, p4 = p2 * p2;
  return [l * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))), p * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))];
}
const scale = WIDTH / (2 * raw(180, 0)[0]), top = raw(0, TOP)[1];
const project = ([longitude, latitude]) => {
  const [x, y] = raw(longitude, Math.min(TOP, Math.max(BOTTOM, latitude)));
  return [WIDTH / 2 + x * scale, (top - y) * scale];
};
const HEIGHT = Math.ceil(project([0, BOTTOM])[1]);

/** A ring that crosses the 180th meridian goes on to the east, over the edge of the map, instead of back over the whole of it. */
const whole = (ring) => (ring.some(([l], i) => Math.abs(l - ring[(i + 1) % ring.length][0]) > 180) ? ring.map(([l, p]) => [l < 0 ? l + 360 : l, p]) : ring);

/** A ring on the grid: no point twice in a row, none on the line between its neighbours. */
function onGrid(ring) {
  const out = [];
  for (const point of whole(ring).map((p) => project(p).map(Math.round))) {
    const [a, b] = [out.at(-2), out.at(-1)];
    if (b && b[0] === point[0] && b[1] === point[1]) continue;
    if (a && (b[0] - a[0]) * (point[1] - a[1]) === (b[1] - a[1]) * (point[0] - a[0])) out.pop();
    out.push(point);
  }
  return out;
}
const area = (ring) => ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length][1] - ring[(i + 1) % ring.length][0] * y, 0) / 2;
const polygons = (geometry) => (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates);

function pathOf(geometry) {
  let d = '';
  for (const polygon of polygons(geometry))
    for (const ring of polygon.map(onGrid)) {
      if (ring.length < 4 || Math.abs(area(ring)) < 1) continue;
      let [x, y] = ring[0];
      d += `M${x} ${y}l`;
      d += ring.slice(1, -1).map(([nx, ny]) => {
        const step = [nx - x, ny - y];
        [x, y] = [nx, ny];
        return `${step[0]} ${step[1]}`;
      }).join(' ').replace(/ -/g, '-') + 'z';
    }
  return d;
}

/** The middle of a country's largest piece. */
function centreOf(geometry) {
  const [ring] = polygons(geometry).map(([outer]) => whole(outer).map(project)).sort((a, b) => Math.abs(area(b)) - Math.abs(area(a)));
  const all = area(ring);
  if (Math.abs(all) < 1e-6) return ring[0].map(Math.round);
  let x = 0, y = 0;
  ring.forEach(([px, py], i) => {
    const [qx, qy] = ring[(i + 1) % ring.length], cross = px * qy - qx * py;
    x += (px + qx) * cross;
    y += (py + qy) * cross;
  });
  return [Math.round(x / (6 * all)), Math.round(y / (6 * all))];
}

const shapes = {}, centres = {};
let rest = '';
for (const { id, geometry } of feature(coarse, coarse.objects.countries).features) {
  const code = codes.get(id), d = pathOf(geometry);
  if (!d || code === 'AQ') continue;
  if (code) shapes[code] = d;
  else rest += d;
}
for (const { id, geometry } of feature(fine, fine.objects.countries).features) {
  const code = codes.get(id);
  if (code && code !== 'AQ') centres[code] ??= centreOf(geometry);
}
const sorted = (object) => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
const text = `// SPDX-License-Identifier: Apache-2.0
// Made by scripts/gen-map.mjs from Natural Earth (public domain), as packed by world-atlas ${require('world-atlas/package.json').version}. Do not edit.
export const WIDTH = ${WIDTH};
export const HEIGHT = ${HEIGHT};
/** One path a country, by ISO 3166-1 alpha-2. Small ones have none at this size. */
export const shapes: Readonly<Record<string, string>> = {
${sorted(shapes).map(([code, d]) => `  ${code}: '${d}',`).join('\n')}
};
/** What is of no one country. */
export const rest = '${rest}';
/** The middle of each, the small ones too. */
export const centres: Readonly<Record<string, readonly [number, number]>> = {
${sorted(centres).map(([code, [x, y]]) => `  ${code}: [${x}, ${y}],`).join('\n')}
};
`;
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error(`${target} is not what scripts/gen-map.mjs writes; run it`);
    process.exit(1);
  }
} else writeFileSync(target, text);
