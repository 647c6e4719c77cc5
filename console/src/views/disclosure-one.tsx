// SPDX-License-Identifier: Apache-2.0
// One statement: its texts with what was found marked in them, why it was stopped, and the two ways to send it on.
import { useState } from 'preact/hooks';
import { disclosureApi } from '../api-disclosure';
import { mayConfirm, pieces, unlike, whyOf } from '../disclosure';
import { toast, useT } from '../state';
import type { Disclosure, Finding } from '../types-disclosure';
import { NoAnswer, useAnswer } from './choose';
import { Field } from './parts';
import { Refusal, useSending } from './report-parts';

const MEMBERS = ['decision_facts', 'explanation'] as const;
type Member = (typeof MEMBERS)[number];
const most: Record<Member, number> = { decision_facts: 5000, explanation: 2000 };
const textOf = (d: Disclosure, member: Member): string => (member === 'explanation' ? (d.explanation ?? '') : (d.document?.decision_facts ?? ''));

export function Statement({ number, done }: { number: string; done(): void }) {
  const { answer: d, failed, again } = useAnswer(() => disclosureApi.read(number), [number]);
  const { t } = useT();
  return (
    <div class="disclosure-one">
      <NoAnswer failed={failed} waiting={!d} sentence="disclosure.failed" again={again} />
      {d ? (
        <>
          {d.state === 'refused' ? <Why d={d} /> : null}
          {MEMBERS.filter((member) => d.state !== 'refused' || d.findings?.some((f) => f.where === `/${member}`)).map((member) => (
            <Text key={member} d={d} member={member} />
          ))}
          {d.document ? (
            <details>
              <summary>{t('disclosure.document')}</summary>
              <pre class="document-text" tabIndex={0} role="region" aria-label={t('disclosure.document')}>
                {JSON.stringify(d.document, null, 2)}
              </pre>
            </details>
          ) : null}
          {d.state === 'refused' ? <Mend d={d} done={done} /> : null}
        </>
      ) : null}
    </div>
  );
}

function Why({ d }: { d: Disclosure }) {
  const { t } = useT();
  const why = whyOf(d);
  return (
    <>
      <p class="disclosure-warn">{t(`disclosure.why.${why}`, { where: d.lacks ?? '' })}</p>
      {why === 'database' && d.why ? <p class="disclosure-words">{d.why}</p> : null}
      <ul class="disclosure-findings">
        {unlike(d.findings ?? []).map((f, i) => (
          <li key={i}>
            <mark>{f.text}</mark> {t(`disclosure.kind.${f.kind}`)} <span class="soft">({t(f.certain ? 'disclosure.certain' : 'disclosure.perhaps')})</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Text({ d, member }: { d: Disclosure; member: Member }) {
  const { t } = useT();
  const text = textOf(d, member);
  const found: Finding[] = (d.findings ?? []).filter((f) => f.where === `/${member}`);
  if (!text) return null;
  return (
    <div>
      <h4>{t(member === 'explanation' ? 'disclosure.explanation' : 'disclosure.facts')}</h4>
      <p class="disclosure-words">{pieces(text, found).map((piece, i) => (piece.finding < 0 ? piece.text : <mark key={i}>{piece.text}</mark>))}</p>
    </div>
  );
}

function Mend({ d, done }: { d: Disclosure; done(): void }) {
  const { t } = useT();
  const [texts, setTexts] = useState<Record<Member, string>>({ decision_facts: textOf(d, 'decision_facts'), explanation: textOf(d, 'explanation') });
  const [confirmed, setConfirmed] = useState(false);
  const sending = useSending([...MEMBERS]);
  const said = (): void => {
    toast(t('disclosure.mended', { number: d.number }));
    done();
  };
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const empty = MEMBERS.find((member) => !texts[member].trim() && textOf(d, member));
    if (empty) {
      sending.setErrors({ [empty]: t('disclosure.texts.missing') });
      return document.getElementById(`mend-${d.number}-${empty}`)?.focus();
    }
    const body = Object.fromEntries(MEMBERS.filter((member) => texts[member].trim()).map((member) => [member, texts[member].trim()]));
    await sending.send(() => disclosureApi.mend(d.number, { ...body, confirmed }), said);
  }
  return (
    <form class="stack" onSubmit={(e) => void send(e)} noValidate>
      {whyOf(d) === 'lacks'
        ? null
        : MEMBERS.filter((member) => textOf(d, member)).map((member) => (
            <Field key={member} id={`mend-${d.number}-${member}`} label={t(member === 'explanation' ? 'disclosure.explanation' : 'disclosure.facts')} error={sending.errors[member] ?? ''}>
              {(p) => <textarea {...p} rows={member === 'explanation' ? 3 : 5} maxLength={most[member]} value={texts[member]} onInput={(e) => setTexts({ ...texts, [member]: e.currentTarget.value })} />}
            </Field>
          ))}
      {d.findings?.length && mayConfirm(d.findings) ? (
        <label class="check">
          <input type="checkbox" checked={confirmed} onChange={(e) => setConfirmed(e.currentTarget.checked)} />
          <span>{t('disclosure.confirm')}</span>
        </label>
      ) : null}
      <Refusal sending={sending} />
      <div class="form-buttons">
        {whyOf(d) === 'lacks' ? null : (
          <button type="submit" class="button button-main" disabled={sending.busy}>
            {t('disclosure.mend')}
          </button>
        )}
        <button type="button" class="button" disabled={sending.busy} onClick={() => void sending.send(() => disclosureApi.retry(d.number), said)}>
          {t('disclosure.retry')}
        </button>
      </div>
    </form>
  );
}
