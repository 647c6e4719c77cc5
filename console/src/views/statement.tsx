// SPDX-License-Identifier: Apache-2.0
// The statement of reasons as the account will read it: proposed, to be read and changed before it leaves. Closed at first: a decision stays two keys.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { decisionsApi } from '../api-decisions';
import { bodyOf } from '../decision';
import type { Draft } from '../draft';
import { useT } from '../state';
import type { CaseDetail, Lang } from '../types';
import { Field, Notice } from './parts';

interface Props {
  found: CaseDetail;
  draft: Draft;
  error: string;
  change(draft: Draft): void;
}

const languages: readonly Lang[] = ['fr', 'en'];

export function StatementPart({ found, draft, error, change }: Props) {
  const { t } = useT();
  const [open, setOpen] = useState(draft.statement !== undefined || error !== '');
  const [proposed, setProposed] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const language = draft.language ?? found.decide?.language ?? 'fr';
  const edited = draft.statement !== undefined;

  useEffect(() => {
    if (error) setOpen(true);
  }, [error]);
  useEffect(() => {
    if (!open) return;
    let left = false;
    const { action, reason, hours, scope } = bodyOf(draft);
    setFailed(null);
    decisionsApi
      .draft(found.id, { action, reason, language, ...(hours === undefined ? {} : { hours }), ...(scope ? { scope } : {}) })
      .then(
        (reasons) => !left && setProposed(reasons.text),
        (e: unknown) => !left && setFailed(e instanceof ApiError ? (e.problem.detail ?? '') : ''),
      );
    return () => {
      left = true;
    };
  }, [open, draft.action, draft.reason, draft.hours, draft.scope, language]);

  function reset(): void {
    const { statement: _dropped, ...rest } = draft;
    change(rest);
  }
  return (
    <details class="statement" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>
        {t('statement.title')} <small class="soft">{t(edited ? 'statement.edited' : 'statement.proposed')}</small>
      </summary>
      {failed !== null ? <Notice tone="bad">{t('statement.failed', { detail: failed })}</Notice> : null}
      {found.decide && !found.decide.language_known ? (
        <p class="soft">
          {found.decide.account_language
            ? t('statement.other_language', { language: found.decide.account_language })
            : t('statement.unknown_language')}
        </p>
      ) : null}
      <div class="statement-fields">
        <Field id="statement-language" label={t('statement.language')}>
          {(props) => (
            <select
              {...props}
              value={language}
              onChange={(e) => {
                const { statement: _dropped, ...rest } = draft;
                change({ ...rest, language: e.currentTarget.value as Lang });
              }}
            >
              {languages.map((lang) => (
                <option key={lang} value={lang}>
                  {t(`statement.language.${lang}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {edited ? (
          <button type="button" class="button button-small" onClick={reset}>
            {t('statement.reset')}
          </button>
        ) : null}
      </div>
      <Field id="statement-text" label={t('statement.text')} help={t('statement.help')} error={error}>
        {(props) => (
          <textarea
            {...props}
            rows={7}
            lang={language}
            disabled={proposed === null && !edited}
            value={draft.statement ?? proposed ?? ''}
            onInput={(e) => change({ ...draft, statement: e.currentTarget.value })}
          />
        )}
      </Field>
    </details>
  );
}
