// SPDX-License-Identifier: Apache-2.0
// The quiet button: whom to turn to, at once and without a reason.
import { useState } from 'preact/hooks';
import { welfareApi } from '../api-welfare';
import { pick } from '../i18n';
import { say, toast, useT } from '../state';
import type { SupportContact } from '../types-queue';
import { safeLink, useSpaceTitle } from './parts';

export function Contacts({ contacts }: { contacts: readonly SupportContact[] }) {
  const { t, lang } = useT();
  const title = useSpaceTitle();
  /* one person for several spaces is shown once */
  const key = (c: SupportContact): string => [c.name, c.phone, c.email, c.url].join(' ');
  const once = contacts.filter((c, i) => contacts.findIndex((d) => key(d) === key(c)) === i);
  if (once.length === 0) return <p class="soft">{t('welfare.support.none')}</p>;
  return (
    <ul class="contacts">
      {once.map((c) => (
        <li key={key(c)} class="contact">
          <strong>{c.name}</strong>{' '}
          <span class="soft">
            {contacts
              .filter((d) => key(d) === key(c))
              .map((d) => title(d.space))
              .join(', ')}
          </span>
          <p>{pick(c.text, lang)}</p>
          <p class="contact-ways">
            {c.phone ? <a href={`tel:${c.phone.replace(/[^+\d]/g, '')}`}>{c.phone}</a> : null}
            {c.email ? <a href={`mailto:${c.email}`}>{c.email}</a> : null}
            {safeLink(c.url) ? (
              <a href={safeLink(c.url) ?? ''} rel="noreferrer noopener" target="_blank">
                {c.url?.replace(/^https:\/\/|\/$/g, '')}
              </a>
            ) : null}
          </p>
        </li>
      ))}
    </ul>
  );
}

export function Support({ contacts }: { contacts: readonly SupportContact[] }) {
  const { t } = useT();
  const [named, setNamed] = useState(false);
  const [asked, setAsked] = useState<'' | 'named' | 'quiet'>('');

  async function ask(): Promise<void> {
    try {
      await welfareApi.askSupport(named);
      setAsked(named ? 'named' : 'quiet');
      say(t(named ? 'welfare.support.asked' : 'welfare.support.asked.quiet'));
    } catch {
      toast(t('welfare.save.failed'), 'bad');
    }
  }
  return (
    <section class="panel welfare-part" aria-labelledby="support-title">
      <h2 id="support-title">{t('welfare.support')}</h2>
      <p class="soft">{t('welfare.support.lead')}</p>
      <Contacts contacts={contacts} />
      {asked ? (
        <p class="support-asked">{t(asked === 'named' ? 'welfare.support.asked' : 'welfare.support.asked.quiet')}</p>
      ) : (
        <div class="panel-send">
          <button type="button" class="button" onClick={() => void ask()}>
            {t('welfare.support.ask')}
          </button>
          <label class="check">
            <input type="checkbox" checked={named} onChange={(e) => setNamed(e.currentTarget.checked)} />
            <span>{t('welfare.support.name')}</span>
          </label>
        </div>
      )}
    </section>
  );
}
