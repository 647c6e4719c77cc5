// SPDX-License-Identifier: Apache-2.0
// What Vigie suggests and why, and what the space's policy allows: read channels, the basis for private ones, from which risk on what happens.
import { percentText } from '../format';
import { pick, word } from '../i18n';
import { useT } from '../state';
import type { Key } from '../strings';
import { findings, whyNow } from '../transcript';
import type { CaseDetail, Channel, Verdict } from '../types';

const REASONS = 3;
const channels: readonly Channel[] = ['public', 'group', 'private'];
const suggestions: Partial<Record<Verdict, Key>> = {
  nudge: 'policy.verdict.nudge',
  review: 'policy.verdict.review',
  hold: 'policy.verdict.hold',
  block: 'policy.verdict.block',
};

export function Suggests({ found }: { found: CaseDetail }) {
  const { t, lang } = useT();
  const key = suggestions[found.verdict];
  const names = findings(found)
    .slice(0, REASONS)
    .map((f) => word(t, 'ev', f.name));
  if (!key) return null;
  return (
    <section aria-labelledby="suggests-title">
      <h2 id="suggests-title">{t('policy.recommends')}</h2>
      <p>
        {t(key)} {names.length > 0 ? t('policy.because', { names: names.join(', ') }) : pick(whyNow(found), lang)}
      </p>
      <p class="soft">{t('policy.you_decide')}</p>
    </section>
  );
}

export function PolicySays({ found }: { found: CaseDetail }) {
  const { t, lang } = useT();
  const policy = found.policy;
  if (!policy?.scan) return null;
  const read = channels.filter((c) => policy.scan?.[c]);
  const from = policy.thresholds;
  return (
    <section aria-labelledby="policy-title">
      <h2 id="policy-title">{t('policy.title')}</h2>
      <ul class="facts">
        <li>
          {read.length > 0
            ? t('policy.scans', { channels: read.map((c) => word(t, 'channel', c)).join(', ') })
            : t('policy.scans.none')}
        </li>
        <li>
          {policy.scan.private
            ? t('policy.private.yes', { basis: policy.legal_basis ?? '' })
            : t('policy.private.no')}
        </li>
        {from?.nudge != null ? <li>{t('policy.from.nudge', { n: percentText(lang, from.nudge) })}</li> : null}
        {from?.review != null ? <li>{t('policy.from.review', { n: percentText(lang, from.review) })}</li> : null}
        {from?.hold != null ? <li>{t('policy.from.hold', { n: percentText(lang, from.hold) })}</li> : null}
      </ul>
    </section>
  );
}
