// SPDX-License-Identifier: Apache-2.0
// What a report lacks, and the fields that can be filled in right there.
import { useState } from 'preact/hooks';
import { filingsApi } from '../api-filings';
import { badAddress, optionOf, optionText, optionValue } from '../filings';
import { pick, word } from '../i18n';
import { keepForm, keptForm } from '../people';
import { href } from '../route';
import { toast, useT } from '../state';
import type { FilingWhole, Lack } from '../types-filings';
import { Cap, Field } from './parts';
import { Refusal, useSending } from './report-parts';

const weights = ['blocks', 'advised', 'noted'] as const;

export function Lacks({ f, reload }: { f: FilingWhole; reload(): void }) {
  const { t, lang } = useT();
  if (!f.lacks) return null;
  const lacks = f.lacks;
  const firstOf = (lack: Lack): boolean => lacks.find((l) => l.where === lack.where) === lack;
  return (
    <section class="lacks" aria-labelledby="filing-lacks" data-key="lacks" tabIndex={-1}>
      <h2 id="filing-lacks">
        {t('filing.lacks')} {lacks.length > 0 ? <Cap>M</Cap> : null}
      </h2>
      {lacks.length === 0 ? <p>{t('filing.lacks.none')}</p> : null}
      {weights.map((weight) => {
        const some = lacks.filter((l) => l.weight === weight);
        return some.length === 0 ? null : (
          <div key={weight}>
            <h3>{t(`filing.lacks.${weight}`)}</h3>
            <ul>
              {some.map((l, i) => (
                <li key={`${l.where} ${i}`} class={`lack lack-${l.weight}`}>
                  {pick(l.say, lang)}
                  {firstOf(l) ? <Fill f={f} lack={l} reload={reload} /> : null}
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}

/** An option of the channel is filled in here; what is known of people, in the case; what is the operator's, in the policy. */
function Fill({ f, lack, reload }: { f: FilingWhole; lack: Lack; reload(): void }) {
  const { t } = useT();
  const option = optionOf(lack.where);
  if (option && f.actions.includes('options')) return <Option f={f} name={option} reload={reload} />;
  if (/^(author|victim|host|case)\b/.test(lack.where))
    return (
      <a class="lack-where" href={href({ page: 'case', id: f.case })}>
        {t('filing.lack.case')}
      </a>
    );
  if (/^(operator|channel|report|receiver)\b/.test(lack.where)) return <small class="soft lack-where">{t('filing.lack.policy', { where: lack.where })}</small>;
  return null;
}

function Option({ f, name, reload }: { f: FilingWhole; name: string; reload(): void }) {
  const { t } = useT();
  const kept = `filing.${f.id}.${name}`;
  const [value, setValue] = useState(() => keptForm(kept, { value: optionText(name, f.options?.[name]) }).value);
  const sending = useSending([name]);
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (!value.trim()) return sending.setErrors({ [name]: t('filing.option.missing') });
    const bad = badAddress(optionValue(name, value));
    if (bad) return sending.setErrors({ [name]: t('filing.option.address', { address: bad }) });
    await sending.send(
      () => filingsApi.setOptions(f.id, { ...f.options, [name]: optionValue(name, value) }),
      () => {
        keepForm(kept, null);
        toast(t('filing.option.saved'));
        reload();
      },
    );
  }
  return (
    <form class="lack-form" onSubmit={(e) => void save(e)} noValidate>
      <Field id={`option-${name}`} label={word(t, 'filing.option', name) === name ? t('filing.option', { name }) : word(t, 'filing.option', name)} error={sending.errors[name] ?? ''}>
        {(p) => {
          const input = {
            ...p,
            value,
            onInput: (e: { currentTarget: { value: string } }): void => {
              setValue(e.currentTarget.value);
              keepForm(kept, { value: e.currentTarget.value });
            },
          };
          return name === 'items' ? <textarea {...input} rows={3} maxLength={16000} spellcheck={false} /> : <input {...input} maxLength={2000} />;
        }}
      </Field>
      <button type="submit" class="button button-small" disabled={sending.busy}>
        {t('filing.option.save')}
      </button>
      <Refusal sending={sending} />
    </form>
  );
}
