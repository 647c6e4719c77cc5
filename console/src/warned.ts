// SPDX-License-Identifier: Apache-2.0
// Who wants to know that something about one's certificates changed: the banner.
let listeners: (() => void)[] = [];

export function warningsChanged(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` at each change; the result ends it. */
export function whenWarned(listener: () => void): () => void {
  listeners.push(listener);
  return () => {
    listeners = listeners.filter((one) => one !== listener);
  };
}
