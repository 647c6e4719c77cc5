// SPDX-License-Identifier: Apache-2.0
// Giving a person a file that the page already holds.

/** Text as a file. It is saved, never opened: the address of it ends with the press. */
export const saveText = (name: string, text: string): void => saveFile(name, new Blob([text]));

export function saveFile(name: string, bytes: Blob): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Text into the clipboard; where the browser has none for pages (plain http to another machine), by a selection. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    const before = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}
