// SPDX-License-Identifier: Apache-2.0
// A list is read into a bank.
//
// Who looks: a lead or an administrator with a file from a source. In ten seconds: choose it, see it go, and know what came
// of it: how many were added, how many were left out, and for each of those which line and why.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, ApiError, type Sending } from '../api';
import { sizeText } from '../banks';
import { say, useT } from '../state';
import type { Bank, ImportResult } from '../types';
import { Field, Meter, Notice } from './parts';

const formats = ['text', 'csv', 'vics', 'ncmec', 'stopncii', 'vpdq'] as const;
const counts = ['added', 'updated', 'withdrawn', 'unchanged'] as const;

export function Import({ bank, onDone, onClose }: { bank: Bank; onDone(): void; onClose(): void }) {
  const { t } = useT();
  const [file, setFile] = useState<File | null>(null);
  const [format, setFormat] = useState('');
  const [mode, setMode] = useState<'merge' | 'replace'>('merge');
  const [sent, setSent] = useState<number | null>(null);
  const [missing, setMissing] = useState(false);
  const [refused, setRefused] = useState('');
  const [result, setResult] = useState<ImportResult | null>(null);
  const sending = useRef<Sending | null>(null);
  const stopped = useRef(false);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    field.current?.focus();
    return () => sending.current?.stop();
  }, []);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (sending.current) return;
    setMissing(!file);
    if (!file) return field.current?.focus();
    setRefused('');
    setResult(null);
    setSent(0);
    stopped.current = false;
    sending.current = api.importFile(bank.name, file, { format, mode }, setSent);
    try {
      const answer = await sending.current.done;
      setResult(answer);
      say(t('import.done', { n: answer.records }));
      onDone();
    } catch (failure) {
      const answer = failure instanceof ApiError ? failure : new ApiError(0, {}, 0);
      const detail = answer.problem.detail || t('error.other');
      if (stopped.current) setRefused(t('import.stopped'));
      else setRefused(answer.lost ? t('error.network') : t('import.refused', { detail }));
    } finally {
      sending.current = null;
      setSent(null);
    }
  }
  function stop(): void {
    stopped.current = true;
    sending.current?.stop();
  }

  return (
    <form class="panel import" aria-labelledby="import-title" noValidate onSubmit={(e) => void send(e)}>
      <h2 id="import-title">{t('import.title')}</h2>
      <div class="fields">
        <Field
          id="import-file"
          label={t('import.file')}
          help={file ? sizeText(t, file.size) : ''}
          error={missing ? t('import.missing') : ''}
        >
          {(p) => (
            <input
              {...p}
              ref={field}
              type="file"
              disabled={sent !== null}
              onChange={(e) => {
                setFile(e.currentTarget.files?.[0] ?? null);
                setMissing(false);
                setResult(null);
                setRefused('');
              }}
            />
          )}
        </Field>
        <Field id="import-format" label={t('import.format')}>
          {(p) => (
            <select {...p} value={format} disabled={sent !== null} onChange={(e) => setFormat(e.currentTarget.value)}>
              <option value="">{t('import.format.guess')}</option>
              {formats.map((f) => (
                <option key={f} value={f}>
                  {t(`import.format.${f}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field id="import-mode" label={t('import.mode')} help={t(`import.mode.${mode}.help`)}>
          {(p) => (
            <select
              {...p}
              value={mode}
              disabled={sent !== null}
              onChange={(e) => setMode(e.currentTarget.value === 'replace' ? 'replace' : 'merge')}
            >
              <option value="merge">{t('import.mode.merge')}</option>
              <option value="replace">{t('import.mode.replace')}</option>
            </select>
          )}
        </Field>
      </div>
      {sent !== null && file ? <Progress sent={sent} all={file.size} /> : null}
      {refused ? (
        <Notice tone={stopped.current ? 'warm' : 'bad'} alert>
          {refused}
        </Notice>
      ) : null}
      {result ? <Result result={result} /> : null}
      <div class="panel-send">
        {sent === null ? (
          <>
            <button type="submit" class="button button-main">
              {t('import.submit')}
            </button>
            <button type="button" class="button" onClick={onClose}>
              {t('app.close')}
            </button>
          </>
        ) : (
          <button type="button" class="button" onClick={stop}>
            {t('app.cancel')}
          </button>
        )}
      </div>
    </form>
  );
}

function Progress({ sent, all }: { sent: number; all: number }) {
  const { t } = useT();
  const text =
    sent >= all ? t('import.reading') : t('import.sending', { sent: sizeText(t, sent), all: sizeText(t, all) });
  return (
    <div
      class="progress"
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor((100 * sent) / Math.max(1, all))}
      aria-valuetext={text}
    >
      <Meter share={all > 0 ? sent / all : 1} />
      <p>{text}</p>
    </div>
  );
}

function Result({ result }: { result: ImportResult }) {
  const { t, lang } = useT();
  return (
    <section class="import-result" aria-label={t('import.done', { n: result.records })}>
      <h3>{t('import.done', { n: result.records })}</h3>
      <dl class="import-counts">
        {counts.map((c) => (
          <div key={c}>
            <dt>{t(`import.${c}`)}</dt>
            <dd>{result[c].toLocaleString(lang)}</dd>
          </div>
        ))}
        <div class={result.skipped > 0 ? 'bank-stale' : ''}>
          <dt>{t('import.skipped')}</dt>
          <dd>{result.skipped.toLocaleString(lang)}</dd>
        </div>
      </dl>
      {result.problems.length > 0 ? (
        <div class="import-problems" tabIndex={0} role="region" aria-label={t('import.problems')}>
          <table>
            <caption>
              {t('import.problems')}
              {result.skipped > result.problems.length ? (
                <span class="soft"> · {t('import.problems.more', { n: result.problems.length })}</span>
              ) : null}
            </caption>
            <thead>
              <tr>
                <th scope="col">{t('import.line')}</th>
                <th scope="col">{t('import.reason')}</th>
              </tr>
            </thead>
            <tbody>
              {result.problems.map((p, i) => (
                <tr key={i}>
                  <td>{p.line.toLocaleString(lang)}</td>
                  <td lang="en">{p.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}
