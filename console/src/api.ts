// SPDX-License-Identifier: Apache-2.0
// Requests to the server, same origin only. Every failure is an ApiError; `lost` means that no answer came at all.
import type {
  Action,
  Bank,
  BankEntry,
  BankRequest,
  Case,
  CaseDetail,
  CaseEvent,
  CaseList,
  Decision,
  Delivery,
  EntryRequest,
  Feedback,
  ImportResult,
  Judgement,
  MediaView,
  Policy,
  Problem,
  QualityAnswer,
  Session,
  Space,
} from './types';
import type { ContextRequest } from './types-case';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    readonly retryAfter: number,
  ) {
    super(problem.detail || problem.title || `HTTP ${status}`);
  }
  get lost(): boolean {
    return this.status === 0;
  }
}

const TIMEOUT_MS = 20_000;
let csrf = '';
let onSignedOut: () => void = () => {};
let renewing = false;

/** Runs what gives this console a new session in place of the old one: what was on its way with the old cookie meanwhile is refused, and
 *  that is not the end of the session. */
export function whileRenewing<R>(call: () => Promise<R>): Promise<R> {
  renewing = true;
  return call().finally(() => setTimeout(() => (renewing = false), 3000));
}
export const isRenewing = (): boolean => renewing;

export function setCsrf(token: string): void {
  csrf = token;
}
/** Called when the server no longer knows the session. */
export function whenSignedOut(call: () => void): void {
  onSignedOut = call;
}

interface Options {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The request outlives the page (leaving gives the case back). */
  keepalive?: boolean;
  /** A 401 is an answer here and not the end of the session. */
  signingIn?: boolean;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const value: unknown = await response.json();
    return value && typeof value === 'object' ? (value as Problem) : {};
  } catch {
    return {};
  }
}

/** Seconds from a Retry-After header, in either of its forms. */
export function retryAfter(header: string | null, now: number): number {
  if (!header) return 0;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, Math.ceil((date - now) / 1000));
}

export async function request<R>(path: string, options: Options = {}): Promise<R> {
  const method = options.method ?? 'GET';
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store', signal: abort.signal };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  if (options.keepalive) init.keepalive = true;
  try {
    const response = await fetch(path, init);
    if (!response.ok) {
      if (response.status === 401 && !options.signingIn && !renewing) onSignedOut();
      const wait = retryAfter(response.headers.get('Retry-After'), Date.now());
      throw new ApiError(response.status, await problemOf(response), wait);
    }
    if (response.status === 204) return undefined as R;
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as R;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(0, { title: String(error) }, 0);
  } finally {
    clearTimeout(timer);
  }
}

export function query(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text ? `?${text}` : '';
}

export const casePath = (id: string, rest = ''): string => `/v1/cases/${encodeURIComponent(id)}${rest}`;

const bankPath = (name: string, rest = ''): string => `/v1/banks/${encodeURIComponent(name)}${rest}`;

/** Bytes as they are. */
export async function requestBytes(path: string, signal: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(path, { credentials: 'same-origin', cache: 'no-store', signal });
  if (!response.ok) throw new ApiError(response.status, await problemOf(response), 0);
  return response.arrayBuffer();
}

/** Posts, and answers the file that comes back with the name that the server gives it. An archive may take longer than any page: no time is set. */
export async function requestFile(path: string, body: unknown): Promise<{ name: string; bytes: Blob }> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
  let response: Response;
  try {
    response = await fetch(path, { method: 'POST', headers, credentials: 'same-origin', cache: 'no-store', body: JSON.stringify(body) });
    if (response.ok) return { name: fileName(response.headers.get('Content-Disposition')), bytes: await response.blob() };
  } catch (error) {
    throw new ApiError(0, { title: String(error) }, 0);
  }
  if (response.status === 401) onSignedOut();
  throw new ApiError(response.status, await problemOf(response), retryAfter(response.headers.get('Retry-After'), Date.now()));
}

/** The name in a Content-Disposition, without anything that could lead to another folder. */
export const fileName = (header: string | null): string => /filename="([\w.-]{1,80})"/.exec(header ?? '')?.[1]?.replace(/^\.+/, '') || 'vigie.bin';

/** The bytes of a thumbnail. Each call is a view that the server puts on record, so nothing calls this but a person's hand. */
async function thumbnail(id: string, number: number, signal: AbortSignal): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(casePath(id, `/media/${number}/thumbnail`), {
      credentials: 'same-origin',
      cache: 'no-store',
      signal,
    });
  } catch (error) {
    throw new ApiError(0, { title: String(error) }, 0);
  }
  if (response.status === 401) onSignedOut();
  if (!response.ok) throw new ApiError(response.status, await problemOf(response), 0);
  return response.blob();
}

export interface Sending {
  done: Promise<ImportResult>;
  stop(): void;
}

/** Sends a file as it is, whatever its length; fetch() would not say how much of it has gone. */
function importFile(
  name: string,
  file: Blob,
  options: { format: string; mode: string },
  onProgress: (sent: number) => void,
): Sending {
  const request = new XMLHttpRequest();
  const done = new Promise<ImportResult>((resolve, reject) => {
    const lost = (): void => reject(new ApiError(0, {}, 0));
    request.upload.onprogress = (e) => onProgress(e.loaded);
    request.upload.onload = () => onProgress(file.size);
    request.onerror = lost;
    request.onabort = lost;
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 200) return resolve(answer as ImportResult);
      if (request.status === 401) onSignedOut();
      reject(
        new ApiError(
          request.status,
          answer as Problem,
          retryAfter(request.getResponseHeader('Retry-After'), Date.now()),
        ),
      );
    };
  });
  request.open('POST', bankPath(name, `/import${query(options)}`));
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.setRequestHeader('X-CSRF-Token', csrf);
  request.send(file);
  return { done, stop: () => request.abort() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}

/** What GET /v1/cases/{id} sends: `events` is the list there, where a case in a list has their number. */
export type WireDetail = Omit<Case, 'events'> & {
  events: CaseEvent[];
  decisions?: Decision[];
  actions?: Action[];
  policy?: Policy | null;
  context?: ContextRequest[];
  older?: number;
};

export function detailOf(wire: WireDetail): CaseDetail {
  return {
    ...wire,
    events: wire.events.length,
    events_list: wire.events,
    decisions: wire.decisions ?? [],
    actions: wire.actions ?? [],
    policy: wire.policy ?? null,
    context: wire.context ?? [],
    older: wire.older ?? 0,
  };
}

export const api = {
  session: () => request<Session>('/v1/session', { signingIn: true }),
  signIn: (name: string, password: string) =>
    request<Session>('/v1/session', { method: 'POST', body: { name, password }, signingIn: true }),
  signOut: () => request<void>('/v1/session', { method: 'DELETE', signingIn: true }),
  spaces: () => request<{ spaces: Space[] }>('/v1/spaces'),
  cases: (
    state: 'open' | 'decided',
    more: { limit?: number; before?: string; account?: string; space?: string } = {},
  ) => request<CaseList>(`/v1/cases${query({ state, ...more })}`),
  /** Of which receivers of their reports say this, open and decided. */
  answered: (answer: string, more: { limit?: number; before?: string; space?: string } = {}) => request<CaseList>(`/v1/cases${query({ answer, ...more })}`),
  case: async (id: string) => detailOf(await request<WireDetail>(casePath(id))),
  claim: (id: string) => request<Case>(casePath(id, '/claim'), { method: 'POST' }),
  release: (id: string, leaving = false) =>
    request<unknown>(casePath(id, '/release'), { method: 'POST', keepalive: leaving }),
  /** `review`: the day on which a hold is to be looked at again. */
  legalHold: (id: string, hold: boolean, reason: string, review = '') =>
    request<Case | undefined>(casePath(id, '/legal-hold'), { method: 'POST', body: { hold, reason, ...(hold && review ? { review } : {}) } }),
  judge: (id: string, body: { seq: number; name: string; judgement: Judgement | 'none' }) =>
    request<Feedback>(casePath(id, '/feedback'), { method: 'POST', body }),
  quality: (by: { space?: string; days?: number }) => request<QualityAnswer>(`/v1/evidence-quality${query(by)}`),
  thumbnail,
  mediaViews: (id: string, number: number) => request<{ views: MediaView[] }>(casePath(id, `/media/${number}/views`)),
  banks: () => request<{ banks: Bank[] }>('/v1/banks'),
  bank: (name: string) => request<Bank>(bankPath(name)),
  createBank: (bank: BankRequest) => request<Bank>('/v1/banks', { method: 'POST', body: bank }),
  searchBank: (name: string, by: { hash: string } | { reference: string }) =>
    request<{ entries: BankEntry[] }>(bankPath(name, `/entries${query(by)}`)),
  addEntry: (name: string, entry: EntryRequest) =>
    request<ImportResult>(bankPath(name, '/entries'), { method: 'POST', body: { entries: [entry] } }),
  removeEntry: (name: string, reference: string) =>
    request<void>(bankPath(name, `/entries/${encodeURIComponent(reference)}`), { method: 'DELETE' }),
  opinion: (name: string, entry: number, body: { opinion: 'confirm' | 'reject'; note?: string; case?: string }) =>
    request<BankEntry>(bankPath(name, `/entries/${entry}/opinion`), { method: 'POST', body }),
  importFile,
  exportAddress: (name: string) => bankPath(name, '/export'),
  deadLetters: () => request<{ deliveries: Delivery[] }>('/v1/webhooks/dead'),
  retryDelivery: (id: number | string) =>
    request<unknown>(`/v1/webhooks/dead/${encodeURIComponent(String(id))}/retry`, { method: 'POST' }),
};
