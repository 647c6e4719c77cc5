// SPDX-License-Identifier: Apache-2.0
// Small parts that several pages share.
import type { ComponentChildren } from 'preact';
import { full, percent, percentText, riskTone, when } from '../format';
import { pick, word, type T } from '../i18n';
import { useApp, useT } from '../state';
import type { AgeBand, AgeBasis, Space } from '../types';

const minors: readonly AgeBand[] = ['under13', '13-14', '15-17'];

interface BandProps {
  band: AgeBand;
  basis?: AgeBasis | undefined;
}

/** An age band as a small label; a minor's has its own tint and, for whom does not see it, its words. */
export function Band(props: BandProps) {
  const { t } = useT();
  return <BandText t={t} {...props} />;
}

/** The same where thousands of them stand: without a hook. */
export function BandText({ t, band, basis }: BandProps & { t: T }) {
  return (
    <span
      class={`band ${minors.includes(band) ? 'band-minor' : ''}`}
      title={basis ? word(t, 'basis', `${basis}.long`) : undefined}
    >
      {word(t, 'band', band)}
      {basis && basis !== 'unknown' ? <span class="band-basis">{word(t, 'basis', basis)}</span> : null}
    </span>
  );
}

/** Risk as a number with a short bar. */
export function Risk({ risk, large = false }: { risk: number; large?: boolean }) {
  const { t, lang } = useT();
  return (
    <span
      class={`risk tone-${riskTone(risk)} ${large ? 'risk-large' : ''}`}
      role="img"
      aria-label={t('case.risk.label', { n: percent(risk) })}
    >
      <span class="risk-number">{percentText(lang, risk)}</span>
      <Meter share={risk} />
    </span>
  );
}

/** A thin bar; its meaning stands in words beside it. */
export function Meter({ share, vertical = false }: { share: number; vertical?: boolean }) {
  const n = Math.round(Math.max(0, Math.min(1, share)) * 100);
  return vertical ? (
    <svg class="meter meter-vertical" viewBox="0 0 4 100" preserveAspectRatio="none" aria-hidden="true">
      <rect class="meter-track" width="4" height="100" />
      <rect class="meter-fill" y={100 - n} width="4" height={n} />
    </svg>
  ) : (
    <svg class="meter" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="meter-track" width="100" height="4" />
      <rect class="meter-fill" width={n} height="4" />
    </svg>
  );
}

export function Time({ at, now, class: name }: { at: string; now: number; class?: string }) {
  const { lang } = useT();
  return (
    <time class={name} dateTime={at} title={full(lang, at)}>
      {when(lang, at, now)}
    </time>
  );
}

export function useSpaceTitle(): (name: string) => string {
  const spaces = useApp((s) => s.spaces);
  const { lang } = useT();
  return (name) => pick(spaces.find((s: Space) => s.space === name)?.title, lang) || name;
}

/** A message about the page that stays until its reason is gone. */
export function Notice({
  tone = 'plain',
  alert = false,
  children,
}: {
  tone?: 'plain' | 'warm' | 'bad';
  alert?: boolean;
  children: ComponentChildren;
}) {
  return (
    <div class={`notice notice-${tone}`} role={alert ? 'alert' : undefined}>
      {children}
    </div>
  );
}

/** A key cap, for the eye only: the button's own `aria-keyshortcuts` says it to others. */
export function Cap({ children }: { children: ComponentChildren }) {
  return (
    <kbd class="cap" aria-hidden="true">
      {children}
    </kbd>
  );
}

/** What a control of a Field takes. */
export interface FieldProps {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
}

/** A field with its name before it, and what is expected or wrong right after it. */
export function Field({
  id,
  label,
  help = '',
  error = '',
  children,
}: {
  id: string;
  label: ComponentChildren;
  help?: string;
  error?: string;
  children: (props: FieldProps) => ComponentChildren;
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-more`, 'aria-invalid': error !== '' })}
      <small id={`${id}-more`} class={error ? 'field-error' : ''}>
        {error || help}
      </small>
    </div>
  );
}

/** Addresses that come from a policy: only http(s) becomes a link. */
export function safeLink(address: string | null | undefined): string | null {
  return address && /^https?:\/\//i.test(address) ? address : null;
}
