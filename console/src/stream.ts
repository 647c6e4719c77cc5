// SPDX-License-Identifier: Apache-2.0
// The live connection: server-sent events, with a watch on silence and a growing, scattered wait between attempts.
import type { CaseChange, Pulse } from './types';

export type Live = { status: 'connecting' } | { status: 'live' } | { status: 'waiting'; retryAt: number };

export interface StreamHandlers {
  onCase(change: CaseChange): void;
  onPulse(pulse: Pulse): void;
  /** A certificate of this person ends soon, or ended. */
  onCertificate?(): void;
  onLive(live: Live): void;
  /** After a connection came back: what happened in between has to be asked for. */
  onBack(): void;
}

const SILENCE_MS = 20_000; // a pulse comes each second
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Wait before attempt n (0 the first), between half and all of 1, 2, 4 ... 30 s: many browsers do not come back at once. */
export function backOff(attempt: number, random: number): number {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
  return Math.round(most * (0.5 + random / 2));
}

/** Opens the stream; the result closes it for good. */
export function openStream(path: string, handlers: StreamHandlers): () => void {
  let source: EventSource | null = null;
  let attempt = 0;
  let wasLive = false;
  let closed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  function heard(): void {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENCE_MS);
  }
  function lost(): void {
    if (closed) return;
    source?.close();
    source = null;
    clearTimeout(silence);
    clearTimeout(retry);
    const wait = backOff(attempt++, Math.random());
    handlers.onLive({ status: 'waiting', retryAt: Date.now() + wait });
    retry = setTimeout(connect, wait);
  }
  function read<V>(event: Event, use: (value: V) => void): void {
    heard();
    try {
      use(JSON.parse((event as MessageEvent<string>).data) as V);
    } catch {
      // one unreadable event does not end the stream
    }
  }
  function connect(): void {
    if (closed) return;
    clearTimeout(retry);
    handlers.onLive({ status: 'connecting' });
    source = new EventSource(path);
    heard();
    source.onopen = () => {
      heard();
      attempt = 0;
      handlers.onLive({ status: 'live' });
      if (wasLive) handlers.onBack();
      wasLive = true;
    };
    source.onerror = lost;
    source.addEventListener('case', (e) => read<CaseChange>(e, handlers.onCase));
    source.addEventListener('certificate', (e) => read<unknown>(e, () => handlers.onCertificate?.()));
    source.addEventListener('pulse', (e) => read<Pulse>(e, handlers.onPulse));
  }
  function online(): void {
    if (!source) connect();
  }

  connect();
  addEventListener('online', online);
  return () => {
    closed = true;
    removeEventListener('online', online);
    clearTimeout(retry);
    clearTimeout(silence);
    source?.close();
  };
}
