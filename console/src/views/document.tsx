// SPDX-License-Identifier: Apache-2.0
// A document as it would be sent, shown in the page: a PDF as pictures of its pages, which every telephone shows, a text as text. Nothing of it is run, and none of it
// becomes markup of ours.
import { useEffect, useState } from 'preact/hooks';
import { requestBytes } from '../api';
import { pretty } from '../pretty';
import { useT } from '../state';
import type { FilingDocument } from '../types-filings';
import { Cap, Notice } from './parts';
import { copyText } from './save';

const TEXT_MOST = 200_000; // letters of a text that are shown; the file has it whole

const isText = (type: string): boolean => /^text\/(plain|xml|csv|markdown)|[/+](xml|json|ndjson)\b|message\/rfc822/.test(type);

interface Props {
  document: FilingDocument;
  title: string;
  address: string;
  /** The address of the picture of a page. */
  page(n: number): string;
}

export function DocumentView({ document: d, title, address, page }: Props) {
  const { t } = useT();
  if (d.pages) return <Pages count={d.pages} title={title} page={page} />;
  if (isText(d.type)) return <TextView address={address} type={d.type} title={title} />;
  return <p class="soft">{t('document.no_view')}</p>;
}

/** Pages one below the other; each is fetched when it comes near. */
function Pages({ count, title, page }: { count: number; title: string; page(n: number): string }) {
  const { t } = useT();
  return (
    <div class="document-pages" tabIndex={0} role="region" aria-label={title}>
      {Array.from({ length: count }, (_, i) => (
        <PageView key={i} address={page(i + 1)} words={t('document.page', { n: i + 1, all: count })} lazy={i > 0} />
      ))}
    </div>
  );
}

function PageView({ address, words, lazy }: { address: string; words: string; lazy: boolean }) {
  const { t } = useT();
  const [state, setState] = useState<'waits' | 'here' | 'failed'>('waits');
  const [times, setTimes] = useState(0);
  return (
    <figure class="document-page" data-state={state}>
      {state === 'failed' ? (
        <Notice tone="warm" alert>
          {t('document.page.failed')}{' '}
          <button
            type="button"
            class="button button-small"
            onClick={() => {
              setState('waits');
              setTimes(times + 1);
            }}
          >
            {t('app.retry')}
          </button>
        </Notice>
      ) : (
        <img
          key={times}
          src={address}
          alt={t('document.page.alt', { page: words })}
          width={1240}
          height={1753}
          loading={lazy ? 'lazy' : 'eager'}
          onLoad={() => setState('here')}
          onError={() => setState('failed')}
        />
      )}
      <figcaption>{words}</figcaption>
    </figure>
  );
}

/** JSON and XML come on one line: they are laid out for reading. What is copied is what is sent. */
function TextView({ address, type, title }: { address: string; type: string; title: string }) {
  const { t } = useT();
  const [text, setText] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const [copied, setCopied] = useState<'' | 'document.copied' | 'portal.copy.failed'>('');
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setText(null);
    setFailed(false);
    requestBytes(address, abort.signal).then(
      (bytes) => setText(new TextDecoder().decode(bytes)),
      () => abort.signal.aborted || setFailed(true),
    );
    return () => abort.abort();
  }, [address, type, times]);
  if (failed)
    return (
      <Notice tone="warm" alert>
        {t('document.failed')}{' '}
        <button type="button" class="button button-small" onClick={() => setTimes(times + 1)}>
          {t('app.retry')}
        </button>
      </Notice>
    );
  const shown = text === null ? '' : pretty(text, type);
  return (
    <>
      <div class="document-acts">
        <button
          type="button"
          class="button button-small"
          data-key="copy"
          aria-keyshortcuts="y"
          disabled={text === null}
          onClick={() => void copyText(text ?? '').then((well) => setCopied(well ? 'document.copied' : 'portal.copy.failed'))}
        >
          {t('document.copy')} <Cap>Y</Cap>
        </button>
        <span role="status" class="soft">
          {copied ? t(copied) : shown !== (text ?? '') ? t('document.laid_out') : ''}
        </span>
      </div>
      <pre class="document-text" tabIndex={0} role="region" aria-label={title} aria-busy={text === null}>
        {text === null ? t('app.loading') : shown.slice(0, TEXT_MOST)}
      </pre>
      {shown.length > TEXT_MOST ? <p class="soft">{t('document.cut')}</p> : null}
    </>
  );
}
