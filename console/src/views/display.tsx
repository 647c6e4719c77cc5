// SPDX-License-Identifier: Apache-2.0
// How things are shown: for the case at hand, and for every case of a category. A person's own choice; no protection is claimed.
//
// Who looks: a référent, before or while something weighs on her. In ten seconds: cover more, or less, and be left in peace.
import { useEffect, useState } from 'preact/hooks';
import { keepDisplay, loadDisplay, displayOf } from '../display';
import { useApp, useT } from '../state';
import { categories, type Category, type Display, type Thumbnail } from '../types-queue';
import { Cap } from './parts';

const blurs = [0, 1, 2, 3] as const;
const sizes: readonly Thumbnail[] = ['small', 'medium', 'large'];

interface ControlsProps {
  name: string;
  display: Display;
  onChange(change: Partial<Display>): void;
  keys?: boolean;
}

function Controls({ name, display, onChange, keys = false }: ControlsProps) {
  const { t } = useT();
  return (
    <div class="display-controls">
      <label class="check">
        <input
          type="checkbox"
          checked={display.mask_text}
          aria-keyshortcuts={keys ? 'm' : undefined}
          onChange={(e) => onChange({ mask_text: e.currentTarget.checked })}
        />
        <span>
          {t('display.mask')} {keys ? <Cap>M</Cap> : null}
          <small>{t('display.mask.help')}</small>
        </span>
      </label>
      <label class="field" for={`${name}-blur`}>
        <span>
          {t('display.blur')} {keys ? <Cap>F</Cap> : null}
        </span>
        <select
          id={`${name}-blur`}
          value={String(display.blur)}
          aria-keyshortcuts={keys ? 'f' : undefined}
          onChange={(e) => onChange({ blur: Number(e.currentTarget.value) })}
        >
          {blurs.map((n) => (
            <option key={n} value={String(n)}>
              {t(`display.blur.${n}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="field" for={`${name}-size`}>
        <span>{t('display.thumbnail')}</span>
        <select
          id={`${name}-size`}
          value={display.thumbnail}
          onChange={(e) => onChange({ thumbnail: e.currentTarget.value as Thumbnail })}
        >
          {sizes.map((size) => (
            <option key={size} value={size}>
              {t(`display.thumbnail.${size}`)}
            </option>
          ))}
        </select>
      </label>
      {/* there is nothing to choose: no colour and no sound ever leave the server */}
      {(['grey', 'mute'] as const).map((always) => (
        <label class="check check-fixed" key={always}>
          <input type="checkbox" checked disabled />
          <span>
            {t(`display.${always}`)}
            <small>{t(`display.${always}.always`)}</small>
          </span>
        </label>
      ))}
    </div>
  );
}

interface CaseProps {
  display: Display;
  category: Category | undefined;
  onChange(change: Partial<Display>): void;
  onClose(): void;
}

/** For the case at hand. */
export function CaseDisplay({ display, category, onChange, onClose }: CaseProps) {
  const { t } = useT();
  return (
    <section class="display-case" id="display-case" aria-labelledby="display-case-title">
      <h2 id="display-case-title">{t('display.case.title')}</h2>
      <Controls name="display-case" display={display} onChange={onChange} keys />
      <div class="panel-send">
        {category ? (
          <button type="button" class="button button-small" onClick={() => void keepDisplay(category, display)}>
            {t('display.keep', { category: t(`category.${category}`) })}
          </button>
        ) : null}
        <button type="button" class="button button-small button-quiet" onClick={onClose}>
          {t('app.close')}
        </button>
      </div>
    </section>
  );
}

/** For every case, by category. */
export function DisplayPage() {
  const { t } = useT();
  const choices = useApp((s) => s.display);
  useEffect(() => void loadDisplay(), []);
  return (
    <main id="main" class="page" tabIndex={-1}>
      <h1>{t('display.title')}</h1>
      <p class="lead">{t('display.lead')}</p>
      {categories.map((category) => (
        <CategoryDisplay key={category} category={category} chosen={choices?.[category]?.chosen ?? false} />
      ))}
    </main>
  );
}

function CategoryDisplay({ category, chosen }: { category: Category; chosen: boolean }) {
  const { t } = useT();
  const choices = useApp((s) => s.display);
  const [change, setChange] = useState<Partial<Display>>({});
  const display = displayOf(choices, category, change);
  const changed = Object.keys(change).length > 0;
  return (
    <form
      class="panel display-category"
      aria-labelledby={`display-${category}`}
      onSubmit={(e) => {
        e.preventDefault();
        void keepDisplay(category, display).then((done) => done && setChange({}));
      }}
    >
      <h2 id={`display-${category}`}>
        {t(`category.${category}`)} <span class="soft">{t(chosen ? 'display.yours' : 'display.default')}</span>
      </h2>
      <Controls name={`display-${category}`} display={display} onChange={(more) => setChange({ ...change, ...more })} />
      <div class="panel-send">
        <button type="submit" class="button" disabled={!changed}>
          {t('display.save')}
        </button>
      </div>
    </form>
  );
}
