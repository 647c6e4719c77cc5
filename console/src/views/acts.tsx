// SPDX-License-Identifier: Apache-2.0
// What happened, act by act, as the law names it, and by what each is known. Who knows better says so, and can take it back: nothing is decided by it, the laws proposed follow.
import { useEffect, useRef, useState } from 'preact/hooks';
import { routeApi } from '../api-route';
import { keepForm, keptForm } from '../people';
import { actsKnown } from '../routing';
import { toast, useT } from '../state';
import { actNames, type Act, type ActSaid, type RoutePlan } from '../types-route';
import { Field } from './parts';
import { Refusal, useSending } from './report-parts';

export function Acts({ caseId, plan, changed }: { caseId: string; plan: RoutePlan; changed(): void }) {
  const { t } = useT();
  const [saying, setSaying] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const left = useRef(false);
  const removing = useSending();
  // the form, or the line that was taken back, had the focus and is gone
  useEffect(() => {
    if (saying || !left.current) return;
    left.current = false;
    opener.current?.focus();
  });
  const close = (): void => {
    left.current = true;
    setSaying(false);
  };
  const remove = (said: ActSaid): void =>
    void removing.send(
      () => routeApi.removeFact(caseId, said.number),
      () => {
        left.current = true;
        toast(t('act.said.removed'));
        changed();
      },
    );
  const acts = actsKnown(plan);
  return (
    <div class="facts-known acts-known">
      {plan.acts.length === 0 ? <p class="soft">{t('route.acts.none')}</p> : null}
      <ul>
        {acts.map(({ act, by, denied, said }) => (
          <li key={act}>
            <strong>{t(`act.name.${act}`)}</strong> <span class="soft">{by.map((from) => t(`act.by.${from}`)).join(', ')}</span>{' '}
            {denied ? <span class="notice-tag notice-tag-warm">{t('act.denied')}</span> : null}
            {said.length === 0 ? null : (
              <ul class="acts-said">
                {said.map((one) => (
                  <li key={one.number}>
                    {t(one.holds ? 'act.said.holds' : 'act.said.holds.not')}
                    {one.detail ? (
                      <>
                        {' '}
                        <bdi class="soft">({one.detail})</bdi>
                      </>
                    ) : null}
                    {plan.may_keep ? (
                      <button
                        type="button"
                        class="link"
                        disabled={removing.busy}
                        onClick={() => remove(one)}
                        aria-label={t(one.holds ? 'act.said.remove.holds' : 'act.said.remove.not', { act: t(`act.name.${act}`) })}
                      >
                        {t('fact.remove')}
                      </button>
                    ) : null}
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      <Refusal sending={removing} />
      {!plan.may_keep ? null : saying ? (
        <SayAct
          caseId={caseId}
          close={close}
          said={() => {
            close();
            toast(t('fact.added'));
            changed();
          }}
        />
      ) : (
        <button type="button" ref={opener} class="button button-small" onClick={() => setSaying(true)}>
          {t('act.say')}
        </button>
      )}
    </div>
  );
}

const empty = { act: '' as Act | '', holds: true, detail: '' };

function SayAct({ caseId, said, close }: { caseId: string; said(): void; close(): void }) {
  const { t } = useT();
  const kept = `act.${caseId}`;
  const [form, setForm] = useState(() => keptForm(kept, empty));
  const sending = useSending(['act', 'holds', 'detail']);
  useEffect(() => document.getElementById('act-name')?.focus(), []);
  const change = (part: Partial<typeof empty>): void => {
    const next = { ...form, ...part };
    setForm(next);
    keepForm(kept, next);
    sending.setErrors({});
  };
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const { act, holds } = form;
    if (!act) {
      sending.setErrors({ act: t('act.choose') });
      return document.getElementById('act-name')?.focus();
    }
    const detail = form.detail.trim();
    await sending.send(
      () => routeApi.sayAct(caseId, { act, holds, ...(detail ? { detail } : {}) }),
      () => {
        keepForm(kept, null);
        said();
      },
    );
  }
  return (
    <form class="fact-form" onSubmit={(e) => void send(e)} noValidate>
      <Field id="act-name" label={t('act.which')} error={sending.errors['act'] ?? ''}>
        {(p) => (
          <select {...p} value={form.act} onChange={(e) => change({ act: e.currentTarget.value as Act | '' })}>
            <option value="">{t('act.choose')}</option>
            {actNames.map((act) => (
              <option key={act} value={act}>
                {t(`act.name.${act}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <fieldset class="act-holds">
        <legend>{t('act.holds')}</legend>
        {[true, false].map((holds) => (
          <label key={String(holds)}>
            <input type="radio" name="act-holds" checked={form.holds === holds} onChange={() => change({ holds })} /> {t(holds ? 'act.holds.yes' : 'act.holds.no')}
          </label>
        ))}
        {sending.errors['holds'] ? <small class="field-error">{sending.errors['holds']}</small> : null}
      </fieldset>
      <Field id="act-detail" label={t('fact.detail')} help={t('act.detail.help')} error={sending.errors['detail'] ?? ''}>
        {(p) => <input {...p} maxLength={500} value={form.detail} onInput={(e) => change({ detail: e.currentTarget.value })} />}
      </Field>
      <p class="soft">{t('act.effect')}</p>
      <Refusal sending={sending} />
      <div class="form-buttons">
        <button type="submit" class="button button-main button-small" disabled={sending.busy}>
          {t('fact.save')}
        </button>
        <button type="button" class="button button-small" onClick={close}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}
