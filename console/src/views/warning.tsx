// SPDX-License-Identifier: Apache-2.0
// The banner: a certificate that ends soon, ended, or a category that is suspended. Asked for at sign-in and when the server says so.
import { useEffect, useState } from 'preact/hooks';
import { training as ask } from '../api-training';
import { dayOf } from '../format';
import { href } from '../route';
import { may, useApp, useT } from '../state';
import { aboutCase, warnings, type Warning } from '../training';
import { whenWarned } from '../warned';

/** Where it would repeat the page. On a case, which it would stand before, it says only that this case's category rests. */
const quiet: readonly string[] = ['training', 'course'];

export function TrainingWarning() {
  const { t, lang } = useT();
  const session = useApp((s) => s.session);
  const page = useApp((s) => s.route.page);
  const [list, setList] = useState<Warning[]>([]);
  const [hidden, setHidden] = useState('');
  const [again, setAgain] = useState(0);
  useEffect(() => whenWarned(() => setAgain((n) => n + 1)), []);
  useEffect(() => {
    let left = false;
    if (!session || !may(session, 'case.decide')) return;
    ask.mine().then(
      (mine) => left || setList(warnings(mine)),
      () => {}, // the page of training says what does not answer
    );
    return () => {
      left = true;
    };
  }, [session?.user.name, again]);
  const inHand = useApp((s) => (s.route.page === 'case' ? s.cases.get(s.route.id) : undefined));
  const shown = page === 'case' ? aboutCase(list, inHand) : list;
  const [first] = shown;
  const key = shown.map((w) => `${w.kind} ${w.space} ${w.category}`).join();
  if (!first || hidden === key || quiet.includes(page)) return null;
  return (
    <div class={`training-warning warning-${first.kind}`} role="status">
      <span>
        {t(`warn.${first.kind}`, {
          category: t(`training.category.${first.category}`),
          date: first.until ? dayOf(lang, first.until) : '',
        })}{' '}
        {shown.length > 1 ? t('warn.more', { n: shown.length - 1 }) : null}
      </span>
      <a class="button button-small" href={href({ page: 'training' })}>
        {t('warn.go')}
      </a>
      <button type="button" class="button button-small" onClick={() => setHidden(key)}>
        {t('warn.hide')}
      </button>
    </div>
  );
}
