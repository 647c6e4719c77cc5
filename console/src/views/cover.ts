// SPDX-License-Identifier: Apache-2.0
// Covered words show while a hand holds them: the mouse, a finger, Space or Enter; by a press without a hand (a screen reader's) for five seconds.
import { useEffect } from 'preact/hooks';

const ASSISTED_MS = 5000;

const coverOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-cover]') : null;

export function useCovers(root: { current: HTMLElement | null }, masked: boolean): void {
  useEffect(() => {
    const box = root.current;
    if (!box || !masked) return;
    let held: HTMLElement | null = null;
    let label = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const close = (): void => {
      clearTimeout(timer);
      if (held) {
        delete held.dataset['held'];
        held.setAttribute('aria-label', label); // covered words are named by what they are, open ones by themselves
      }
      held = null;
    };
    const open = (cover: HTMLElement | null): void => {
      if (!cover || cover === held) return;
      close();
      held = cover;
      label = cover.getAttribute('aria-label') ?? '';
      cover.removeAttribute('aria-label');
      cover.dataset['held'] = '';
    };
    const press = (e: PointerEvent): void => {
      if (e.button === 0) open(coverOf(e.target));
    };
    const key = (e: KeyboardEvent): void => {
      const cover = coverOf(e.target);
      if (!cover || (e.key !== ' ' && e.key !== 'Enter') || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      if (!e.repeat) open(cover);
    };
    const click = (e: MouseEvent): void => {
      if (e.detail !== 0 || !coverOf(e.target)) return;
      open(coverOf(e.target));
      timer = setTimeout(close, ASSISTED_MS);
    };
    const menu = (e: Event): void => void (coverOf(e.target) && e.preventDefault());
    const on: [EventTarget, string, (e: never) => void][] = [
      [box, 'pointerdown', press],
      [box, 'keydown', key],
      [box, 'click', click],
      [box, 'contextmenu', menu],
      [box, 'focusout', close],
      [window, 'keyup', close],
      [window, 'pointerup', close],
      [window, 'pointercancel', close],
      [window, 'blur', close],
    ];
    for (const [target, name, call] of on) target.addEventListener(name, call as EventListener);
    return () => {
      close();
      for (const [target, name, call] of on) target.removeEventListener(name, call as EventListener);
    };
  }, [masked]);
}
