// SPDX-License-Identifier: Apache-2.0
// What receivers say of a report or a case, as marks: those that ask something of somebody stand out, the rest is said quietly.
import { word } from '../i18n';
import { useT } from '../state';

const loud: readonly string[] = ['not_illegal', 'more_wanted'];
const shown: readonly string[] = [...loud, 'victim_safe', 'investigation_opened', 'accepted', 'other', 'received'];

/** `all`: also what asks nothing of anybody. */
export function AnswerMarks({ answers, all = true }: { answers: readonly string[]; all?: boolean }) {
  const { t } = useT();
  const marks = shown.filter((kind) => answers.includes(kind) && (all || loud.includes(kind) || kind === 'victim_safe'));
  return (
    <>
      {marks.map((kind) => (
        <span key={kind} class={`flag answer-mark ${loud.includes(kind) ? '' : 'flag-quiet'}`}>
          {word(t, 'answer', kind)}
        </span>
      ))}
    </>
  );
}
