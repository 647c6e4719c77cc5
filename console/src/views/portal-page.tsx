// SPDX-License-Identifier: Apache-2.0
// An authority's form beside its site: field by field for copying, then the number that the site gave.
import { useState } from 'preact/hooks';
import { filingsApi } from '../api-filings';
import { pick } from '../i18n';
import { href } from '../route';
import { useT } from '../state';
import { NoAnswer, useAnswer } from './choose';
import { Acts } from './filing-acts';
import { safeLink } from './parts';
import { PortalForm } from './portal-form';

export function PortalPage({ id }: { id: string }) {
  const { t, lang } = useT();
  const [times, setTimes] = useState(0);
  const { answer, failed, again } = useAnswer(() => Promise.all([filingsApi.read(id), filingsApi.fields(id)]), [id, times]);
  const [f, form] = answer ?? [null, null];
  const site = safeLink(form?.url ?? f?.receiver.url);
  return (
    <main id="main" class="page page-portal" tabIndex={-1} aria-busy={!answer && !failed}>
      <a class="button button-small" href={href({ page: 'filing', id })}>
        ← {t('filing.back')}
      </a>
      <h1>{f ? t('portal.title', { to: pick(f.receiver.name, lang) || f.receiver.id }) : t('portal.title.plain')}</h1>
      <NoAnswer failed={failed} waiting={!answer} sentence="filing.failed" again={again} />
      {f && form ? (
        <>
          {site ? (
            <p>
              <a class="button" href={site} rel="noopener noreferrer external" target="_blank">
                {t('portal.open')}
              </a>
            </p>
          ) : (
            <p class="soft">{t('portal.no_site')}</p>
          )}
          {form.fields.length === 0 ? (
            <p class="empty">{t('portal.none')}</p>
          ) : (
            <PortalForm name={id} fields={form.fields} onDone={() => document.getElementById('filing-done')?.focus()} />
          )}
          <Acts f={{ ...f, has_fields: false }} reload={() => setTimes(times + 1)} />
        </>
      ) : null}
    </main>
  );
}
