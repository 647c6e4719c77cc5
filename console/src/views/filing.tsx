// SPDX-License-Identifier: Apache-2.0
// One report. Who looks: who decided, often tired, and then a second person who must not take the first one's word. In ten seconds: may this go out as it is? To whom, under
// which law, what is missing (each with its field), the document itself; one button, and what it does in the words beside it. Every act has its key.
import { useEffect, useRef, useState } from 'preact/hooks';
import { bytesText } from '../custody';
import { ApiError } from '../api';
import { filingsApi } from '../api-filings';
import { useNow } from '../clock';
import { countryName } from '../countries';
import { annexStep } from '../filings';
import { pick, word } from '../i18n';
import { href } from '../route';
import { filingsOf, get, may, useApp, useT } from '../state';
import type { FilingAnnex, FilingWhole } from '../types-filings';
import { arriveAt } from './case-sections';
import { FilingClock } from './filings';
import { Acts } from './filing-acts';
import { Answers } from './filing-answers';
import { FilingSteps } from './filing-steps';
import { Lacks } from './filing-lacks';
import { Reach } from './law';
import { Cap, Notice, useSpaceTitle } from './parts';
import { DocumentView } from './document';
import { FilingChecks } from './filing-checks';
import { filingStep } from './filing-keys';
import { Sure } from './report-parts';

export function FilingPage({ id }: { id: string }) {
  const { t } = useT();
  const [found, setFound] = useState<FilingWhole | null>(null);
  const changed = useApp((s) => filingsOf(s, found?.case ?? ''));
  const seen = useRef(0);
  const [failed, setFailed] = useState<'' | 'filing.gone' | 'filing.refused' | 'filing.failed'>('');
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let left = false;
    filingsApi.read(id).then(
      (got) => {
        if (left) return;
        setFailed('');
        if (!found) seen.current = filingsOf(get(), got.case);
        setFound(got);
      },
      (error) => {
        const status = error instanceof ApiError ? error.status : 0;
        if (!left) setFailed(status === 404 ? 'filing.gone' : status === 403 ? 'filing.refused' : 'filing.failed');
      },
    );
    return () => void (left = true);
  }, [id, again]);
  const reload = (): void => setAgain((n) => n + 1);
  useEffect(() => {
    if (!found || seen.current === changed) return;
    seen.current = changed;
    reload();
  }, [changed, found?.case]);
  return (
    <main id="main" class="page page-filing" tabIndex={-1} aria-busy={!found && !failed}>
      <a class="button button-small" href={href({ page: 'filings' })}>
        ← {t('filings.title')}
      </a>
      {found ? (
        <Found f={found} reload={reload} />
      ) : (
        <>
          <h1>{t('filing.title')}</h1>
          {failed ? null : (
            <p class="empty" role="status">
              {t('filing.busy')}
            </p>
          )}
        </>
      )}
      {failed ? (
        <Notice tone="warm" alert>
          {t(failed)}{' '}
          {failed === 'filing.failed' ? (
            <button type="button" class="button" onClick={reload}>
              {t('app.retry')}
            </button>
          ) : null}
        </Notice>
      ) : null}
    </main>
  );
}

function Found({ f, reload }: { f: FilingWhole; reload(): void }) {
  const { t, lang } = useT();
  const now = useNow();
  const title = useSpaceTitle();
  const over = f.state === 'filed' || f.state === 'answered'; // then what came of it stands first, on a telephone too
  return (
    <>
      <header class="filing-head">
        <h1>{pick(f.receiver.name, lang) || f.receiver.id}</h1>
        <p>
          {f.urgent ? <span class="notice-tag notice-tag-warm">{t('route.urgent')}</span> : null} {f.test ? <span class="notice-tag">{t('filing.test')}</span> : null}{' '}
          <FilingClock f={f} now={now} />
        </p>
        <p class="soft">
          <a href={href({ page: 'case', id: f.case })}>{t('case.title', { id: f.case })}</a> · {title(f.space)} · {pick(f.channel_title, lang) || f.channel}
        </p>
        {f.why ? <Notice tone="warm">{f.why}</Notice> : null}
        {f.reference?.startsWith('<') ? (
          <p class="soft filing-thread">
            {t('filing.thread')} <bdi>{f.reference}</bdi>
          </p>
        ) : null}
        {f.unsure ? <Notice tone="warm">{t('filing.unsure')}</Notice> : null}
      </header>
      <div class="filing-body">
        {over ? null : <About f={f} reload={reload} />}
        {over ? null : <Documents f={f} />}
        <div class="filing-side">
          <Acts f={f} reload={reload} />
          <FilingChecks f={f} now={now} reload={reload} />
          <Answers f={f} reload={reload} />
          <FilingSteps f={f} now={now} />
        </div>
        {over ? <About f={f} reload={reload} /> : null}
        {over ? <Documents f={f} /> : null}
      </div>
    </>
  );
}

/** To whom, what is missing, under which law. */
function About({ f, reload }: { f: FilingWhole; reload(): void }) {
  const { t, lang } = useT();
  return (
    <div class="filing-side">
      <section aria-labelledby="filing-to">
        <h2 id="filing-to">{t('filing.to')}</h2>
        <p>
          <strong>{pick(f.receiver.name, lang)}</strong>{' '}
          <span class="soft">
            {word(t, 'receiver.kind', f.receiver.kind)} · {countryName(t, lang, f.receiver.country)}
          </span>
        </p>
        <Reach r={f.receiver} />
        {f.receiver.accepts ? <p class="soft">{pick(f.receiver.accepts, lang)}</p> : null}
        {f.receiver.sure ? <Sure from={{ ...f.receiver, sure: f.receiver.sure }} /> : null}
        {f.prior && f.prior.length > 0 ? <p>{t('filing.prior', { numbers: f.prior.join(', ') })}</p> : null}
        {f.reason_again ? <p>{t('filing.again.because', { reason: f.reason_again })}</p> : null}
      </section>
      <Lacks f={f} reload={reload} />
      {f.laws ? (
        <section aria-labelledby="filing-laws">
          <h2 id="filing-laws">{t('filing.laws')}</h2>
          {f.laws.length === 0 ? <p class="soft">{t('route.statutes.none')}</p> : null}
          <ul class="law-list">
            {f.laws.map((law) => (
              <li key={law.id}>
                <details>
                  <summary>
                    <strong>{law.reference}</strong> <span class="soft">{countryName(t, lang, law.country)}</span>{' '}
                    {law.sure === 'unverified' || law.sure === 'secondary' ? <span class="sure-mark">{t(`sure.${law.sure}`)}</span> : null}
                  </summary>
                  <p>{pick(law.title, lang)}</p>
                  <p class="soft">{pick(law.why, lang)}</p>
                  {law.sure ? <Sure from={{ ...law, sure: law.sure }} /> : null}
                </details>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

/** What goes out, as it goes out. */
function Documents({ f }: { f: FilingWhole }) {
  const { t, lang } = useT();
  const [chosen, setChosen] = useState(0);
  const documents = f.documents;
  useEffect(() => () => void (filingStep.current = null), []);
  if (!documents)
    return (
      <section aria-label={t('filing.documents')}>
        <p class="soft">{t(f.old_case ? 'case.destroyed' : 'filing.documents.refused')}</p>
      </section>
    );
  const shown = documents[chosen] ?? documents[0];
  filingStep.current = (by) => setChosen((Math.min(chosen, documents.length - 1) + by + documents.length) % Math.max(1, documents.length));
  return (
    <section class="filing-documents" aria-labelledby="filing-documents">
      <h2 id="filing-documents">{t('filing.documents')}</h2>
      {f.sends ? (
        <p class="soft">
          {t('filing.sends.messages', { n: f.sends.messages })}, {t('filing.sends.media', { n: f.sends.media })}
          {f.sends.media > 0 ? ` ${t('filing.sends.kept', { n: f.sends.kept })}` : ''}
        </p>
      ) : null}
      {documents.length === 0 ? <p class="soft">{t('filing.documents.none')}</p> : null}
      {documents.length === 0 ? null : documents.length === 1 && shown ? (
        <p>
          <strong>{pick(shown.title, lang) || shown.name}</strong>
        </p>
      ) : (
        <div class="choices">
          {documents.map((d, i) => (
            <button key={d.name} type="button" class="button button-small" aria-pressed={d === shown} onClick={() => setChosen(i)}>
              {pick(d.title, lang) || d.name}
            </button>
          ))}
          <span class="keys-hint" aria-hidden="true">
            <Cap>J</Cap> <Cap>K</Cap>
          </span>
        </div>
      )}
      {shown ? (
        <>
          <DocumentView
            key={`${shown.name} ${f.hash ?? ''}`}
            document={shown}
            title={pick(shown.title, lang) || shown.name}
            address={filingsApi.document(f.id, shown.name)}
            page={(n) => filingsApi.page(f.id, n, (f.hash ?? '').slice(0, 12))}
          />
          <div class="document-acts">
            {shown.pages ? (
              <a class="button button-small" href={filingsApi.document(f.id, shown.name)} target="_blank" rel="noopener">
                {t('document.open')}
              </a>
            ) : null}
            <a class="button button-small" href={filingsApi.document(f.id, shown.name)} download={shown.name}>
              {t('filing.download', { name: shown.name })}
            </a>
          </div>
        </>
      ) : null}
      <Annexes f={f} />
    </section>
  );
}

/** What goes with the documents: the sealed archive, mostly. Its hash is what the receiver compares. */
function Annexes({ f }: { f: FilingWhole }) {
  const { t, lang } = useT();
  const annexes = f.annexes ?? [];
  if (annexes.length === 0) return null;
  return (
    <div class="annexes">
      <h3>{t('filing.annexes')}</h3>
      <ul>
        {annexes.map((a) => (
          <li key={a.name}>
            <strong>{(a.title && pick(a.title, lang)) || a.name}</strong>{' '}
            <span class="soft">
              {a.title ? <bdi>{a.name} · </bdi> : null}
              {bytesText(lang, a.bytes)}
            </span>
            <AnnexWay f={f} a={a} />
            <small class="annex-hash">
              {t('filing.annex.hash')} <code>{a.sha256}</code>
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How it goes, and for whoever carries it, the file itself: from the confirmation on, and as long as it is here. */
function AnnexWay({ f, a }: { f: FilingWhole; a: FilingAnnex }) {
  const { t } = useT();
  const makes = useApp((s) => may(s.session, 'filing.make'));
  const step = annexStep(f.state, a);
  if (!step) return null;
  return (
    <>
      <span class={`annex-way ${step === 'attached' || step === 'gone' ? 'soft' : 'annex-take'}`}>{t(`filing.annex.${step}`)}</span>
      {step === 'take' && makes ? (
        <a class="button button-small annex-file" href={filingsApi.document(f.id, a.name)} download={a.name}>
          {t('filing.download', { name: a.name })}
        </a>
      ) : null}
      {step === 'too_large' || step === 'gone' ? (
        <a class="annex-file" href={href({ page: 'case', id: f.case })} onClick={() => arriveAt('custody')}>
          {t('filing.annex.case')}
        </a>
      ) : null}
    </>
  );
}
