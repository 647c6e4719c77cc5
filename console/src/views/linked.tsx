// SPDX-License-Identifier: Apache-2.0
// Open cases that belong with this one: the same account elsewhere, an address that both handed out, the same first message.
import { useEffect, useState } from 'preact/hooks';
import { queueApi } from '../api-queue';
import { percentText } from '../format';
import { word } from '../i18n';
import { href } from '../route';
import { useT } from '../state';
import type { Case } from '../types';
import type { Link, Queued } from '../types-queue';
import { Band } from './parts';

type Linked = Case & Queued & { link: Link[] };

export function LinkedCases({ caseId }: { caseId: string }) {
  const { t, lang } = useT();
  const [linked, setLinked] = useState<readonly Linked[]>([]);
  useEffect(() => {
    let left = false;
    queueApi.linked(caseId).then(
      (found) => !left && setLinked(found),
      () => {},
    );
    return () => void (left = true);
  }, [caseId]);
  if (linked.length === 0) return null;
  return (
    <section aria-labelledby="linked-title">
      <h2 id="linked-title">{t('linked.title')}</h2>
      <ul class="account-cases">
        {linked.map((c) => (
          <li key={c.id}>
            <a href={href({ page: 'case', id: c.id })}>{c.id}</a> <bdi>{c.account}</bdi>{' '}
            <Band band={c.account_age_band} />{' '}
            <span class="soft">
              {c.link.map((link) => word(t, 'linked', link)).join(', ')} · {percentText(lang, c.risk)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
