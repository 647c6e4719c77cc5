// SPDX-License-Identifier: Apache-2.0
// How the content of a case is shown to this person: their own choice for its category, and what they change for the case at hand only.
import { translator } from './i18n';
import { get, say, set, toast } from './state';
import type { Category, Display, DisplayChoices } from './types-queue';
import { welfareApi } from './api-welfare';

/** Until the server has said what applies: everything covered. */
const careful: Display = { blur: 3, grey: true, mute: true, thumbnail: 'small', mask_text: true };

export async function loadDisplay(): Promise<void> {
  try {
    set({ display: await welfareApi.display() });
  } catch {
    // what was known stays; nothing known is the careful way
  }
}

/** What applies to a case of this category, with what was changed for the case at hand. */
export function displayOf(choices: DisplayChoices | null, category: Category | undefined, own: Partial<Display> = {}): Display {
  const chosen = category ? choices?.[category] : undefined;
  const { blur, grey, mute, thumbnail, mask_text } = { ...careful, ...chosen, ...own };
  return { blur, grey, mute, thumbnail, mask_text };
}

/** Keeps a way of showing for every case of a category. */
export async function keepDisplay(category: Category, display: Display): Promise<boolean> {
  const t = translator(get().lang);
  try {
    set({ display: await welfareApi.setDisplay(category, display) });
    toast(t('display.kept', { category: t(`category.${category}`) }));
    return true;
  } catch {
    toast(t('display.failed'), 'bad');
    return false;
  }
}

/** One step less blur, then all of it again. */
export const nextBlur = (blur: number): number => (blur > 0 ? blur - 1 : 3);

export function sayMask(on: boolean): void {
  say(translator(get().lang)(on ? 'mask.on' : 'mask.off'));
}
