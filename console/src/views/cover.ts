// SPDX-License-Identifier: Apache-2.0
// Covered words show while a hand holds them: the mouse, a finger, Space or Enter; by a press without a hand (a screen reader's) for five seconds.
//
// What may be covered carries `data-cover`, the name it has while it is; the page's class `masked` covers it for the eye, and here it becomes a button for who
// does not see. So one key covers thousands of lines at once, and none of them is drawn anew.
import { useEffect } from 'preact/hooks';

const ASSISTED_MS = 5000;

const coverOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-cover]') : null;

function close(cover: HTMLElement): void {
  cover.setAttribute('role', 'button');
  cover.setAttribute('aria-label', cover.dataset['cover'] ?? '');
  cover.tabIndex = 0;
  delete cover.dataset['held'];
}
function lift(cover: HTMLElement): void {
  cover.removeAttribute('role');
  cover.removeAttribute('aria-label');
  if (cover.tagName !== 'MARK') cover.removeAttribute('tabindex');
  delete cover.dataset['held'];
}
const all = (within: ParentNode): Iterable<HTMLElement> => within.querySelectorAll<HTMLElement>('[data-cover]');

export function useCovers(root: { current: HTMLElement | null }, masked: boolean): void {
  useEffect(() => {
    const box = root.current;
    if (!box || !masked) return;
    let held: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cover = (): void => {
      clearTimeout(timer);
      if (held) close(held);
      held = null;
    };
    const open = (found: HTMLElement | null): void => {
      if (!found || found === held) return;
      cover();
      held = found;
      found.removeAttribute('aria-label'); // open words are named by themselves
      found.dataset['held'] = '';
    };
    const press = (e: PointerEvent): void => {
      if (e.button === 0) open(coverOf(e.target));
    };
    const key = (e: KeyboardEvent): void => {
      if (!coverOf(e.target) || (e.key !== ' ' && e.key !== 'Enter') || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      if (!e.repeat) open(coverOf(e.target));
    };
    const click = (e: MouseEvent): void => {
      if (e.detail !== 0 || !coverOf(e.target)) return;
      open(coverOf(e.target));
      timer = setTimeout(cover, ASSISTED_MS);
    };
    const menu = (e: Event): void => void (coverOf(e.target) && e.preventDefault());
    const added = new MutationObserver((changes) => {
      for (const change of changes)
        for (const node of change.addedNodes) if (node instanceof Element) for (const found of all(node)) close(found);
    });
    for (const found of all(box)) close(found);
    added.observe(box, { childList: true, subtree: true });
    const on: [EventTarget, string, (e: never) => void][] = [
      [box, 'pointerdown', press],
      [box, 'keydown', key],
      [box, 'click', click],
      [box, 'contextmenu', menu],
      [box, 'focusout', cover],
      [window, 'keyup', cover],
      [window, 'pointerup', cover],
      [window, 'pointercancel', cover],
      [window, 'blur', cover],
    ];
    for (const [target, name, call] of on) target.addEventListener(name, call as EventListener);
    return () => {
      clearTimeout(timer);
      added.disconnect();
      for (const [target, name, call] of on) target.removeEventListener(name, call as EventListener);
      for (const found of all(box)) lift(found);
    };
  }, [masked]);
}
