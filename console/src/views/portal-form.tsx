// SPDX-License-Identifier: Apache-2.0
// The form of an authority's site, field by field: Enter copies and moves on, what was copied stays marked.
import { useEffect, useRef, useState } from 'preact/hooks';
import { pick } from '../i18n';
import { nextField, progressOf, recall, rememberCopied } from '../portal';
import { say, useT } from '../state';
import type { PortalField } from '../types-filings';
import { Meter } from './parts';
import { copyText } from './save';

export function PortalForm({ name, fields, onDone }: { name: string; fields: readonly PortalField[]; onDone(): void }) {
  const { t, lang } = useT();
  const [copied, setCopied] = useState<ReadonlySet<number>>(() => recall(name, fields));
  const [failed, setFailed] = useState(-1);
  const list = useRef<HTMLOListElement>(null);
  const { done, all } = progressOf(fields, copied);
  const focus = (i: number): void => list.current?.querySelector<HTMLElement>(`[data-copy="${i}"]`)?.focus();

  useEffect(() => {
    const first = nextField(fields, copied, -1);
    if (first >= 0) focus(first);
  }, []);

  async function copy(i: number): Promise<void> {
    const field = fields[i] as PortalField;
    if (!(await copyText(field.value))) return setFailed(i);
    setFailed(-1);
    const now = new Set([...copied, i]);
    setCopied(now);
    rememberCopied(name, fields, now);
    const next = nextField(fields, now, i);
    const label = pick(field.label, lang);
    if (next < 0) {
      say(t('portal.all_copied'));
      onDone();
    } else {
      say(t('portal.copied.next', { label, next: pick(fields[next]?.label, lang) }));
      focus(next);
    }
  }

  return (
    <section class="portal" aria-labelledby="portal-title">
      <h2 id="portal-title">{t('portal.fields')}</h2>
      <p class="soft">{t('portal.how')}</p>
      <p class="portal-progress" role="status">
        <span>{t('portal.progress', { done, all })}</span>
        <Meter share={all ? done / all : 1} />
      </p>
      <ol class="portal-fields" ref={list}>
        {fields.map((field, i) => {
          const label = pick(field.label, lang);
          return (
            <li key={i} class={copied.has(i) ? 'portal-copied' : ''}>
              <span class="portal-label" id={`portal-label-${i}`}>
                {label}
              </span>
              {field.value ? (
                <>
                  <div class={field.many_lines ? 'portal-value portal-value-long' : 'portal-value'} {...(field.many_lines ? { tabIndex: 0, role: 'group', 'aria-labelledby': `portal-label-${i}` } : {})}>
                    {field.value}
                  </div>
                  <button type="button" class="button button-small" data-copy={i} aria-label={t('portal.copy.field', { label })} onClick={() => void copy(i)}>
                    {copied.has(i) ? t('portal.copied') : t('portal.copy')}
                  </button>
                  {failed === i ? (
                    <small class="field-error" role="alert">
                      {t('portal.copy.failed')}
                    </small>
                  ) : null}
                </>
              ) : (
                <div class="portal-value soft">{t('portal.empty')}</div>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
