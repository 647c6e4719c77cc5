// SPDX-License-Identifier: Apache-2.0
// The newest checkpoint of the audit log with its key, and the proof that one entry is in it: shown, checked here, and to take away.
import { useEffect, useState } from 'preact/hooks';
import { auditApi } from '../api-audit';
import { check, readCheckpoint, type Checked } from '../audit-proof';
import { full } from '../format';
import { number } from '../i18n';
import { useT } from '../state';
import type { AuditInclusion, AuditKey, Checkpoint } from '../types-audit';
import { Notice } from './parts';
import { saveText } from './save';

export function CheckpointCard() {
  const { t, lang } = useT();
  const [found, setFound] = useState<Checkpoint | null | undefined>(undefined);
  const [keys, setKeys] = useState<readonly AuditKey[]>([]);
  useEffect(() => {
    auditApi.checkpoint().then(setFound, () => setFound(null));
    auditApi.keys().then(
      (got) => setKeys(got.keys),
      () => {},
    );
  }, []);
  const note = found ? readCheckpoint(found.note) : null;
  const key = keys[keys.length - 1];
  return (
    <section class="checkpoint" aria-labelledby="checkpoint-title" aria-busy={found === undefined}>
      <h2 id="checkpoint-title">{t('checkpoint.title')}</h2>
      {found === undefined ? (
        <p class="soft">{t('app.loading')}</p>
      ) : !found || !note ? (
        <p class="soft">{t('checkpoint.none')}</p>
      ) : (
        <>
          <dl class="facts-row">
            <div>
              <dt>{t('checkpoint.size')}</dt>
              <dd>{number(lang, note.size)}</dd>
            </div>
            <div>
              <dt>{t('checkpoint.stamped')}</dt>
              <dd>{found.stamped ? full(lang, found.stamped) : t('checkpoint.stamped.none')}</dd>
            </div>
          </dl>
          {key ? (
            <p class="checkpoint-key">
              {t('checkpoint.key')} <code>{key.verifier}</code>
            </p>
          ) : null}
          <details>
            <summary>{t('checkpoint.note')}</summary>
            <pre class="document-text" tabIndex={0} role="region" aria-label={t('checkpoint.note')}>
              {found.note}
            </pre>
          </details>
          <div class="form-buttons">
            <button type="button" class="button button-small" onClick={() => saveText(`checkpoint-${note.size}.txt`, found.note)}>
              {t('checkpoint.save')}
            </button>
          </div>
          <p class="soft">{t('checkpoint.why')}</p>
        </>
      )}
    </section>
  );
}

/** The proof of one entry. It was asked for, so it is read out. */
export function EntryProof({ entry, onClose }: { entry: number; onClose(): void }) {
  const { t, lang } = useT();
  const [proof, setProof] = useState<AuditInclusion | null>(null);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const keys = auditApi.keys().then((got) => got.keys, () => []);
    auditApi.proof(entry).then(
      (got) => {
        setProof(got);
        void keys.then((known) => check(got, known)).then(setChecked);
      },
      () => setFailed(true),
    );
  }, [entry]);
  return (
    <div class="proof" role="status">
      {failed ? <Notice tone="warm">{t('proof.failed')}</Notice> : null}
      {proof && checked ? (
        <>
          <p class={checked === 'wrong' || checked === 'forged' ? 'late' : ''}>{t(`proof.${checked}`, { entry: number(lang, proof.entry), size: number(lang, proof.size) })}</p>
          <p class="proof-root soft">
            {t('proof.root')} <code>{proof.root}</code>
          </p>
          <button type="button" class="button button-small" onClick={() => saveText(`proof-${proof.entry}.json`, `${JSON.stringify(proof, null, 2)}\n`)}>
            {t('proof.save')}
          </button>{' '}
        </>
      ) : failed ? null : (
        <p class="soft">{t('app.loading')}</p>
      )}
      <button type="button" class="button button-small button-quiet" onClick={onClose}>
        {t('app.close')}
      </button>
    </div>
  );
}
