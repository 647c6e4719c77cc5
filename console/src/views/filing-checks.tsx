// SPDX-License-Identifier: Apache-2.0
// After a notice to a host. Who looks: whoever keeps the reports. In ten seconds: is it still there, until when may the host answer, what is there to do now.
import { filingsApi } from '../api-filings';
import { go } from '../flow';
import { isUnanswered, looks, type Look } from '../filings';
import { full } from '../format';
import { href } from '../route';
import { toast, useT } from '../state';
import type { FilingCheck, FilingWhole } from '../types-filings';
import { Cap, Time } from './parts';
import { Clock, Refusal, useSending } from './report-parts';

export function FilingChecks({ f, now, reload }: { f: FilingWhole; now: number; reload(): void }) {
  const { t } = useT();
  if (f.channel !== 'notice' || (f.state !== 'filed' && f.state !== 'answered')) return null;
  const [newest, ...older] = looks(f.checks ?? []);
  return (
    <section class="card filing-checks" aria-labelledby="filing-checks">
      <h2 id="filing-checks">{t('check.title')}</h2>
      <FollowUp f={f} now={now} />
      <Recheck f={f} reload={reload} />
      {newest ? <LookView look={newest} now={now} /> : <p class="soft">{t('check.none')}</p>}
      {older.length > 0 ? (
        <details>
          <summary>{t('check.older', { n: older.length })}</summary>
          <ol class="check-looks">
            {older.map((look) => (
              <li key={look.look}>
                <LookView look={look} now={now} />
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </section>
  );
}

/** Until when the host may answer; then the button that prepares the next notice. */
function FollowUp({ f, now }: { f: FilingWhole; now: number }) {
  const { t, lang } = useT();
  const sending = useSending();
  if (f.state === 'answered') return <p>{t('check.answered')}</p>;
  if (f.followed_by)
    return (
      <p>
        <a href={href({ page: 'filing', id: String(f.followed_by) })}>{t('check.followed', { n: f.followed_by })}</a>
      </p>
    );
  const late = isUnanswered(f, now);
  return (
    <>
      {f.follow_up_due && !late ? (
        <p>
          {t('check.until', { time: full(lang, f.follow_up_due) })} <Clock due={f.follow_up_due} from={f.filed} now={now} />
        </p>
      ) : late ? (
        <p class="check-late">{t('check.late', { time: full(lang, f.follow_up_due ?? '') })}</p>
      ) : null}
      {f.actions.includes('follow_up') ? (
        <div class="check-act">
          <button
            type="button"
            class={`button ${late ? 'button-main' : ''}`}
            data-key="follow_up"
            aria-keyshortcuts="f"
            aria-describedby="follow-effect"
            disabled={sending.busy}
            onClick={() => void sending.send(() => filingsApi.followUp(f.id), (next) => go({ page: 'filing', id: String(next.id) }))}
          >
            {t('check.follow')} <Cap>F</Cap>
          </button>
          <small class="soft" id="follow-effect">
            {t('check.follow.effect')}
          </small>
        </div>
      ) : null}
      <Refusal sending={sending} />
    </>
  );
}

function Recheck({ f, reload }: { f: FilingWhole; reload(): void }) {
  const { t } = useT();
  const sending = useSending();
  if (!f.actions.includes('recheck')) return null;
  return (
    <>
      <div class="check-act">
        <button
          type="button"
          class="button"
          data-key="recheck"
          aria-keyshortcuts="v"
          aria-describedby="recheck-effect"
          aria-disabled={sending.busy /* not `disabled`: the focus stays for the next look */}
          onClick={() =>
            void sending.send(
              () => filingsApi.recheck(f.id),
              () => {
                toast(t('check.looked'));
                reload();
              },
            )
          }
        >
          {t('check.look')} <Cap>V</Cap>
        </button>
        <small class="soft" id="recheck-effect" role="status">
          {t(sending.busy ? 'check.looking' : 'check.look.effect')}
        </small>
      </div>
      <Refusal sending={sending} />
    </>
  );
}

const stills = ['there', 'changed', 'unknown', 'gone'] as const;

function LookView({ look, now }: { look: Look; now: number }) {
  const { t } = useT();
  return (
    <div class="check-look">
      <p>
        <strong>
          {stills
            .filter((still) => look.found[still] > 0)
            .map((still) => t(`check.found.${still}`, { n: look.found[still] }))
            .join(', ')}
        </strong>{' '}
        <span class="soft">
          <Time at={look.time} now={now} />, {t('act.by', { who: look.by })}
        </span>
      </p>
      <ul>
        {look.checks.map((c) => (
          <CheckRow key={c.item} c={c} />
        ))}
      </ul>
    </div>
  );
}

function CheckRow({ c }: { c: FilingCheck }) {
  const { t } = useT();
  return (
    <li>
      <span class={`check-mark check-${c.still}`}>{t(`check.still.${c.still}`)}</span> <bdi class="check-url">{c.url ?? t('check.item', { n: c.item })}</bdi>
      {c.status ? <small class="soft"> {t('check.status', { n: c.status })}</small> : null}
    </li>
  );
}
