// SPDX-License-Identifier: Apache-2.0
// What somebody works on: languages, categories, spaces. Nothing chosen means everything.
import { useEffect, useState } from 'preact/hooks';
import { queueApi } from '../api-queue';
import { pick } from '../i18n';
import { set, toast, useApp, useT } from '../state';
import { categories, type Skills } from '../types-queue';
import { Field } from './parts';

const split = (text: string): string[] => text.toLowerCase().split(/[\s,;]+/).filter(Boolean);
const toggled = <V,>(list: readonly V[], one: V, on: boolean): V[] => (on ? [...list, one] : list.filter((other) => other !== one));

export function SkillsForm() {
  const { t, lang } = useT();
  const spaces = useApp((s) => s.spaces);
  const [skills, setSkills] = useState<Skills | null>(null);
  const [languages, setLanguages] = useState('');
  const [wrong, setWrong] = useState('');

  function take(given: Skills): void {
    setSkills(given);
    setLanguages(given.languages.join(' '));
    set({ skills: given });
  }
  useEffect(() => {
    queueApi.skills().then(take, () => toast(t('welfare.failed'), 'bad'));
  }, []);
  if (!skills) return null;

  async function save(): Promise<void> {
    const codes = split(languages);
    if (codes.some((code) => !/^[a-z]{2,3}$/.test(code))) return setWrong(t('skills.languages.wrong'));
    setWrong('');
    try {
      take(await queueApi.setSkills({ ...(skills as Skills), languages: codes }));
      toast(t('welfare.saved'));
    } catch {
      toast(t('welfare.save.failed'), 'bad');
    }
  }
  return (
    <form
      class="panel welfare-part"
      aria-labelledby="skills-title"
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <h2 id="skills-title">{t('skills.title')}</h2>
      <p class="soft">{t('skills.lead')}</p>
      <Field id="skills-languages" label={t('skills.languages')} help={t('skills.languages.help')} error={wrong}>
        {(props) => (
          <input {...props} type="text" autoComplete="off" spellcheck={false} value={languages} onInput={(e) => setLanguages(e.currentTarget.value)} />
        )}
      </Field>
      <fieldset class="welfare-checks">
        <legend>{t('skills.categories')}</legend>
        {categories.map((c) => (
          <label class="check" key={c}>
            <input
              type="checkbox"
              checked={skills.categories.includes(c)}
              onChange={(e) => setSkills({ ...skills, categories: toggled(skills.categories, c, e.currentTarget.checked) })}
            />
            <span>{t(`category.${c}`)}</span>
          </label>
        ))}
      </fieldset>
      {spaces.length > 1 ? (
        <fieldset class="welfare-checks">
          <legend>{t('skills.spaces')}</legend>
          {spaces.map((s) => (
            <label class="check" key={s.space}>
              <input
                type="checkbox"
                checked={skills.spaces.includes(s.space)}
                onChange={(e) => setSkills({ ...skills, spaces: toggled(skills.spaces, s.space, e.currentTarget.checked) })}
              />
              <span>{pick(s.title, lang) || s.space}</span>
            </label>
          ))}
        </fieldset>
      ) : null}
      <div class="panel-send">
        <button type="submit" class="button">
          {t('skills.save')}
        </button>
      </div>
    </form>
  );
}
