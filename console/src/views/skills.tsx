// SPDX-License-Identifier: Apache-2.0
// What somebody works on: languages, categories, spaces. Nothing chosen means everything. One's own, or a colleague's for who leads them.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api';
import { queueApi } from '../api-queue';
import { keepForm, keptForm } from '../people';
import { set, toast, useApp, useT } from '../state';
import { categories, type Skills } from '../types-queue';
import type { Person } from '../types-people';
import { Field, useSpaceTitle } from './parts';

const split = (text: string): string[] => text.toLowerCase().split(/[\s,;]+/).filter(Boolean);
const toggled = <V,>(list: readonly V[], one: V, on: boolean): V[] => (on ? [...list, one] : list.filter((other) => other !== one));

/** As it is being written: languages are a line of text until it is sent. */
type Written = Omit<Skills, 'languages'> & { languages: string };
const written = (skills: Skills): Written => ({ ...skills, languages: skills.languages.join(' ') });

/** The spaces in which somebody takes cases, as far as whoever looks knows them. */
function useSpacesOf(person: Person | undefined): string[] {
  const known = useApp((s) => s.spaces).map((s) => s.space);
  if (!person) return known;
  const takes = person.grants.filter((g) => g.role === 'referent' || g.role === 'lead').map((g) => g.space);
  return takes.includes('*') ? known : [...new Set(takes)];
}

export function SkillsForm({ of }: { of?: Person }) {
  const { t } = useT();
  const title = useSpaceTitle();
  const spaces = useSpacesOf(of);
  const name = of ? `skills.${of.name}` : 'skills';
  const id = of ? `skills-${of.name.replace(/[^a-z0-9]/g, '-')}` : 'skills';
  const [form, setForm] = useState<Written | null>(null);
  const [wrong, setWrong] = useState('');

  function take(given: Skills): void {
    setForm(written(given));
    if (!of) set({ skills: given });
  }
  useEffect(() => {
    (of ? queueApi.skillsOf(of.name) : queueApi.skills()).then(
      (given) => {
        take(given);
        setForm(keptForm(name, written(given)));
      },
      () => toast(t('welfare.failed'), 'bad'),
    );
  }, []);
  if (!form) return null;

  function change(part: Partial<Written>): void {
    const next = { ...(form as Written), ...part };
    setForm(next);
    keepForm(name, next);
  }
  async function save(): Promise<void> {
    const { languages, ...rest } = form as Written;
    const codes = split(languages);
    if (codes.some((code) => !/^[a-z]{2,3}$/.test(code))) return setWrong(t('skills.languages.wrong'));
    setWrong('');
    const skills = { ...rest, languages: codes };
    try {
      take(await (of ? queueApi.setSkillsOf(of.name, skills) : queueApi.setSkills(skills)));
      keepForm(name, null);
      toast(t('welfare.saved'));
    } catch (error) {
      toast(error instanceof ApiError && error.status === 403 ? error.message : t('welfare.save.failed'), 'bad');
    }
  }
  return (
    <form
      class={of ? 'skills-of' : 'panel welfare-part'}
      aria-labelledby={`${id}-title`}
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      {of ? <h3 id={`${id}-title`}>{t('skills.of')}</h3> : <h2 id={`${id}-title`}>{t('skills.title')}</h2>}
      <p class="soft">{t(of ? 'skills.of.lead' : 'skills.lead')}</p>
      <Field id={`${id}-languages`} label={t('skills.languages')} help={t('skills.languages.help')} error={wrong}>
        {(props) => (
          <input {...props} type="text" autoComplete="off" spellcheck={false} value={form.languages} onInput={(e) => change({ languages: e.currentTarget.value })} />
        )}
      </Field>
      <fieldset class="welfare-checks">
        <legend>{t('skills.categories')}</legend>
        {categories.map((c) => (
          <label class="check" key={c}>
            <input type="checkbox" checked={form.categories.includes(c)} onChange={(e) => change({ categories: toggled(form.categories, c, e.currentTarget.checked) })} />
            <span>{t(`category.${c}`)}</span>
          </label>
        ))}
      </fieldset>
      {spaces.length > 1 ? (
        <fieldset class="welfare-checks">
          <legend>{t('skills.spaces')}</legend>
          {spaces.map((space) => (
            <label class="check" key={space}>
              <input type="checkbox" checked={form.spaces.includes(space)} onChange={(e) => change({ spaces: toggled(form.spaces, space, e.currentTarget.checked) })} />
              <span>{title(space)}</span>
            </label>
          ))}
        </fieldset>
      ) : null}
      <div class={of ? 'form-buttons' : 'panel-send'}>
        <button type="submit" class="button">
          {t('skills.save')}
        </button>
      </div>
    </form>
  );
}
