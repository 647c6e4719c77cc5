// SPDX-License-Identifier: Apache-2.0
// From the countries of a plan to what the small map draws: shapes, points, arcs from the author to the victim to the host, and labels. Pure.
import { centres, HEIGHT, shapes, WIDTH } from './world';

export type Whose = 'author' | 'victim' | 'host';
export interface Place {
  country: string;
  name: { fr?: string; en?: string };
  roles: readonly { whose: Whose; confidence: number }[];
}

export interface Drawn {
  /** The part of the world that is shown: x, y, width, height. */
  view: readonly [number, number, number, number];
  /** Countries with somebody in them that are large enough to be seen. */
  countries: { code: string; d: string; whose: Whose }[];
  points: { code: string; x: number; y: number; whose: Whose; weak: boolean }[];
  arcs: { from: string; to: string; d: string; weak: boolean }[];
  labels: { code: string; x: number; y: number; anchor: 'start' | 'middle' | 'end'; name: Place['name']; roles: Whose[] }[];
  /** Countries that have no place on the map: the table has them. */
  missing: string[];
}

const order: readonly Whose[] = ['victim', 'author', 'host'];
const WEAK = 0.35, LEAST = 240, ROOM = 48;

const surest = (place: Place) => place.roles.reduce((best, role) => (role.confidence > best.confidence ? role : best), { whose: 'host' as Whose, confidence: 0 });

/** Whose colour a country has: the one who matters most there. */
const lead = (place: Place): Whose => order.find((whose) => place.roles.some((role) => role.whose === whose)) ?? 'host';

/** Where each of the three most probably is. */
function best(places: readonly Place[], whose: Whose): Place | undefined {
  const worth = (place: Place) => place.roles.find((role) => role.whose === whose)?.confidence ?? -1;
  return places.filter((place) => worth(place) >= 0 && centres[place.country]).sort((a, b) => worth(b) - worth(a) || (a.country < b.country ? -1 : 1))[0];
}

/** A bow over the straight line, flat for neighbours. */
function bow([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): string {
  const far = Math.hypot(bx - ax, by - ay);
  return `M${ax} ${ay}Q${Math.round((ax + bx) / 2)} ${Math.round((ay + by) / 2 - far / 4)} ${bx} ${by}`;
}

/** The part of the world with all points in it, never less than a continent, in the proportions of the whole. */
function viewOf(points: readonly { x: number; y: number }[]): Drawn['view'] {
  if (points.length === 0) return [0, 0, WIDTH, HEIGHT];
  const [left, right] = [Math.min(...points.map((p) => p.x)) - ROOM, Math.max(...points.map((p) => p.x)) + ROOM];
  const [up, down] = [Math.min(...points.map((p) => p.y)) - ROOM, Math.max(...points.map((p) => p.y)) + ROOM];
  const width = Math.min(WIDTH, Math.max(LEAST, right - left, ((down - up) * WIDTH) / HEIGHT)), height = (width * HEIGHT) / WIDTH;
  const inside = (middle: number, size: number, whole: number) => Math.round(Math.min(whole - size, Math.max(0, middle - size / 2)));
  return [inside((left + right) / 2, width, WIDTH), inside((up + down) / 2, height, HEIGHT), Math.round(width), Math.round(height)];
}

export function mapOf(places: readonly Place[]): Drawn {
  const known = places.filter((place) => centres[place.country]);
  const points = known.map((place) => {
    const [x, y] = centres[place.country] as readonly [number, number];
    return { code: place.country, x, y, whose: lead(place), weak: surest(place).confidence < WEAK };
  });
  const view = viewOf(points);
  const path = (['author', 'victim', 'host'] as const).map((whose) => best(places, whose)).filter((place) => place !== undefined);
  const arcs = path.slice(1).flatMap((to, i) => {
    const from = path[i] as Place;
    if (from.country === to.country) return [];
    const weak = Math.min(surest(from).confidence, surest(to).confidence) < WEAK;
    return [{ from: from.country, to: to.country, d: bow(centres[from.country] as [number, number], centres[to.country] as [number, number]), weak }];
  });
  const labels = points.map(({ code, x, y }) => {
    const place = known.find((one) => one.country === code) as Place;
    const anchor = x < view[0] + view[2] / 4 ? ('start' as const) : x > view[0] + (view[2] * 3) / 4 ? ('end' as const) : ('middle' as const);
    // under its point, or over it where another is close below
    const crowded = points.some((other) => other.code !== code && Math.abs(other.x - x) < view[2] / 6 && other.y >= y && other.y - y < view[3] / 8);
    return { code, x, y: y + (crowded ? -1 : 1) * Math.round(view[2] / 36) + (crowded ? 0 : Math.round(view[2] / 80)), anchor, name: place.name, roles: order.filter((whose) => place.roles.some((role) => role.whose === whose)) };
  });
  return {
    view,
    countries: known.flatMap((place) => (shapes[place.country] ? [{ code: place.country, d: shapes[place.country] as string, whose: lead(place) }] : [])),
    points,
    arcs,
    labels,
    missing: places.filter((place) => !centres[place.country]).map((place) => place.country),
  };
}

/** The outline of all the others, as one path. */
export function othersThan(codes: readonly string[]): string {
  return Object.entries(shapes).filter(([code]) => !codes.includes(code)).map(([, d]) => d).join('');
}
