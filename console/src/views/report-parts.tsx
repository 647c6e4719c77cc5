// SPDX-License-Identifier: Apache-2.0
// What the pages of reporting share: clocks, how sure an entry is, sending a form.
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { clockText, pressure, runShare } from '../deadline';
import { dayOf, full } from '../format';
import { sentence } from './decide';
import { useT } from '../state';
import type { Provenance } from '../types-report';
import { Meter, safeLink } from './parts';

/** What is left of a clock, in words; its tone only repeats what they say. */
export function Clock({ due, from, now, prefix }: { due: string | null | undefined; from?: string | null | undefined; now: number; prefix?: string }) {
  const { t, lang } = useT();
  if (!due) return null;
  return (
    <time class={`clock clock-${pressure(due, now, from ?? null)}`} dateTime={due} title={full(lang, due)}>
      {prefix ? `${prefix} ` : ''}
      {clockText(t, due, now)}
    </time>
  );
}

/** A clock as a line that has run so far, with its ends in words. */
export function ClockLine({ from, due, now, children }: { from: string; due: string; now: number; children?: ComponentChildren }) {
  const { lang } = useT();
  return (
    <div class={`clock-line clock-${pressure(due, now, from)}`}>
      <Meter share={runShare(from, due, now)} />
      <span class="clock-ends soft">
        <time dateTime={from}>{dayOf(lang, from)}</time>
        {children}
        <time dateTime={due}>{full(lang, due)}</time>
      </span>
    </div>
  );
}

/** When an entry of the book was verified and in what; what was not says so first. */
export function Sure({ from }: { from: Provenance }) {
  const { t, lang } = useT();
  const link = safeLink(from.source);
  const day = from.verified_on ? dayOf(lang, from.verified_on) : '';
  const mark = from.sure === 'unverified' ? 'sure.unverified' : from.sure === 'secondary' ? 'sure.secondary' : null;
  const said = from.sure !== 'primary' ? day && t('sure.seen', { day }) : day ? t('sure.primary', { day }) : t('sure.primary.no_day');
  return (
    <small class={`sure sure-${from.sure}`}>
      {mark ? <span class="sure-mark">{t(mark)}</span> : null}
      {said ? <span>{said}</span> : null}
      {link ? (
        <a href={link} rel="noopener noreferrer external" target="_blank">
          {t('sure.source')}
        </a>
      ) : from.source && from.sure !== 'unverified' ? (
        <span class="sure-source">{from.source}</span>
      ) : null}
    </small>
  );
}

export interface Sending {
  busy: boolean;
  /** What is wrong, by field; '' is about the whole. */
  errors: Readonly<Record<string, string>>;
  setErrors(errors: Record<string, string>): void;
  /** Runs a call; true when it went well. What the server has against a field stands beside that field. */
  send<R>(call: () => Promise<R>, done?: (answer: R) => void): Promise<boolean>;
}

/** Sending a form: never twice at once, every refusal in words beside the field it is about. */
export function useSending(fields: readonly string[] = []): Sending {
  const { t } = useT();
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const running = useRef(false);
  async function send<R>(call: () => Promise<R>, done?: (answer: R) => void): Promise<boolean> {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setErrors({});
    try {
      const answer = await call();
      done?.(answer);
      return true;
    } catch (error) {
      const failure = error instanceof ApiError ? error : new ApiError(0, {}, 0);
      const at = (failure.problem.pointer ?? '').split('/')[1] ?? '';
      const text = failure.lost ? t('error.network') : failure.status === 503 ? t('error.busy') : sentence(failure.problem.detail) || t('error.other');
      setErrors({ [fields.includes(at) ? at : '']: text });
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }
  return { busy, errors, setErrors, send };
}

/** What was refused that is about no field of its own. */
export function Refusal({ sending }: { sending: Sending }) {
  const text = sending.errors[''];
  return (
    <p class="form-message" role="alert" data-tone="bad">
      {text ?? ''}
    </p>
  );
}
