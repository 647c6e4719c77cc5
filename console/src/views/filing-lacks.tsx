// SPDX-License-Identifier: Apache-2.0
// What a report lacks, and the fields that can be filled in right there.
import { useState } from 'preact/hooks';
import { filingsApi } from '../api-filings';
import { optionOf } from '../filings';
import { pick } from '../i18n';
import { keepForm, keptForm } from '../people';
import { href } from '../route';
import { toast, useT } from '../state';
import type { FilingWhole, Lack } from '../types-filings';
import { Field } from './parts';
import { Refusal, useSending } from './report-parts';

const weights = ['blocks', 'advised', 'noted'] as const;

export function Lacks({ f, reload }: { f: FilingWhole; reload(): void }) {
  const { t, lang } = useT();
  if (!f.lacks) return null;
  const lacks = f.lacks;
  return (
    <section class="lacks" aria-labelledby="filing-lacks">
      <h2 id="filing-lacks">{t('filing.lacks')}</h2>
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
                  <Fill f={f} lack={l} reload={reload} />
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
  const [value, setValue] = useState(() => keptForm(kept, { value: String(f.options?.[name] ?? '') }).value);
  const sending = useSending([name]);
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (!value.trim()) return sending.setErrors({ [name]: t('filing.option.missing') });
    await sending.send(
      () => filingsApi.setOptions(f.id, { ...f.options, [name]: value.trim() }),
      () => {
        keepForm(kept, null);
        toast(t('filing.option.saved'));
        reload();
      },
    );
  }
  return (
    <form class="lack-form" onSubmit={(e) => void save(e)} noValidate>
      <Field id={`option-${name}`} label={t('filing.option', { name })} error={sending.errors[name] ?? ''}>
        {(p) => (
          <input
            {...p}
            value={value}
            maxLength={2000}
            onInput={(e) => {
              setValue(e.currentTarget.value);
              keepForm(kept, { value: e.currentTarget.value });
            }}
          />
        )}
      </Field>
      <button type="submit" class="button button-small" disabled={sending.busy}>
        {t('filing.option.save')}
      </button>
      <Refusal sending={sending} />
    </form>
  );
}
