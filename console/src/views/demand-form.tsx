// SPDX-License-Identifier: Apache-2.0
// Writing down a demand that came by mail, by telephone or on paper.
import { useState } from 'preact/hooks';
import { demandsApi } from '../api-demands';
import { countryName, countryOf } from '../countries';
import { thingsOf } from '../demands';
import { keepForm, keptForm } from '../people';
import { useApp, useT } from '../state';
import { demandCategories, demandKinds, demandWays, type DemandCategory, type DemandKind, type DemandWay, type DemandWhole } from '../types-demands';
import { Field, type FieldProps } from './parts';
import { Refusal, useSending } from './report-parts';

const FORM = 'demand';
const empty = {
  space: '', kind: 'removal' as DemandKind, authority: '', country: 'FR', legal_basis: '', reference: '', way: 'mail' as DemandWay, category: 'child_abuse' as DemandCategory,
  received: '', note: '', items: '',
};
type Form = typeof empty;
const needed = ['authority', 'country', 'legal_basis', 'reference', 'items'] as const;

export function DemandForm({ added, close }: { added(d: DemandWhole): void; close(): void }) {
  const { t, lang } = useT();
  const spaces = useApp((s) => s.spaces);
  const [form, setForm] = useState<Form>(() => keptForm(FORM, { ...empty, space: spaces[0]?.space ?? '' }));
  const sending = useSending(Object.keys(empty));
  const change = (part: Partial<Form>): void => {
    const next = { ...form, ...part };
    setForm(next);
    keepForm(FORM, next);
    const left = Object.fromEntries(Object.entries(sending.errors).filter(([name]) => !(name in part)));
    if (Object.keys(left).length < Object.keys(sending.errors).length) sending.setErrors(left);
  };
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const country = countryOf(form.country, ['FR'], (code) => countryName(t, lang, code));
    const wrong: Record<string, string> = {};
    for (const name of needed) if (!form[name].trim()) wrong[name] = t('demand.missing');
    if (!wrong['country'] && !country) wrong['country'] = t('fact.country.wrong');
    if (Object.keys(wrong).length > 0) {
      sending.setErrors(wrong);
      return document.getElementById(`demand-${Object.keys(wrong)[0]}`)?.focus();
    }
    const { received, note, items, ...rest } = form;
    await sending.send(
      () => demandsApi.add({ ...rest, country, items: thingsOf(items), ...(received ? { received: new Date(received).toISOString() } : {}), ...(note.trim() ? { note: note.trim() } : {}) }),
      (d) => {
        keepForm(FORM, null);
        added(d);
      },
    );
  }
  const line = (name: 'authority' | 'country' | 'legal_basis' | 'reference') => (
    <Field id={`demand-${name}`} label={t(`demand.${name}`)} error={sending.errors[name] ?? ''}>
      {(p) => <input {...p} autocomplete="off" value={form[name]} onInput={(e) => change({ [name]: e.currentTarget.value })} />}
    </Field>
  );
  const choice = (name: 'kind' | 'way' | 'category', options: readonly string[]) => (
    <Field id={`demand-${name}`} label={t(`demand.${name}`)} error={sending.errors[name] ?? ''}>
      {(p: FieldProps) => (
        <select {...p} value={form[name]} onChange={(e) => change({ [name]: e.currentTarget.value })}>
          {options.map((o) => (
            <option key={o} value={o}>
              {t(`demand.${name}.${o}` as 'demand.kind.removal')}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <form class="card demand-form" aria-label={t('demands.add')} onSubmit={(e) => void save(e)} noValidate>
      {spaces.length > 1 ? (
        <Field id="demand-space" label={t('queue.space')} error={sending.errors['space'] ?? ''}>
          {(p) => (
            <select {...p} value={form.space} onChange={(e) => change({ space: e.currentTarget.value })}>
              {spaces.map((s) => (
                <option key={s.space} value={s.space}>
                  {s.title?.[lang] ?? s.space}
                </option>
              ))}
            </select>
          )}
        </Field>
      ) : null}
      {line('authority')}
      {line('country')}
      {line('reference')}
      {line('legal_basis')}
      {choice('kind', demandKinds)}
      {choice('category', demandCategories)}
      {choice('way', demandWays)}
      <Field id="demand-received" label={t('demand.received.at')} help={t('demand.received.help')} error={sending.errors['received'] ?? ''}>
        {(p) => <input {...p} type="datetime-local" value={form.received} onInput={(e) => change({ received: e.currentTarget.value })} />}
      </Field>
      <Field id="demand-items" label={t('demand.items')} help={t('demand.items.help')} error={sending.errors['items'] ?? ''}>
        {(p) => <textarea {...p} rows={4} spellcheck={false} value={form.items} onInput={(e) => change({ items: e.currentTarget.value })} />}
      </Field>
      <Field id="demand-note" label={t('demand.note')} error={sending.errors['note'] ?? ''}>
        {(p) => <textarea {...p} rows={2} maxLength={4000} value={form.note} onInput={(e) => change({ note: e.currentTarget.value })} />}
      </Field>
      <Refusal sending={sending} />
      <div class="form-buttons">
        <button type="submit" class="button button-main" disabled={sending.busy}>
          {t('demand.save')}
        </button>
        <button type="button" class="button" onClick={close}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}
