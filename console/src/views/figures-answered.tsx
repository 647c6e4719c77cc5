// SPDX-License-Identifier: Apache-2.0
// What receivers answered to reports: by category of the case and kind of answer. Kinds that nobody gave take no room.
import { number, word } from '../i18n';
import { useT } from '../state';
import { answeredTable } from '../figures';
import type { Figures } from '../types-figures';

export function Answered({ f }: { f: Figures }) {
  const { t, lang } = useT();
  const { kinds, rows } = answeredTable(f.answered);
  return (
    <section aria-labelledby="answered-title">
      <h2 id="answered-title">{t('figures.answered')}</h2>
      <p class="soft">{rows.length > 0 ? t('figures.answered.lead') : t('figures.answered.none')}</p>
      {rows.length > 0 ? (
        <table class="figures-table">
          <thead>
            <tr>
              <th scope="col">{t('kind.label')}</th>
              {kinds.map((k) => (
                <th scope="col" class="number" key={k}>
                  {t(`answer.${k}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([category, counts]) => (
              <tr key={category}>
                <th scope="row">{word(t, 'kind', category)}</th>
                {kinds.map((k) => (
                  <td class="number" data-label={t(`answer.${k}`)} key={k}>
                    {number(lang, counts[k])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
