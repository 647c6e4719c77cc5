// SPDX-License-Identifier: Apache-2.0
// A document on one line, laid out for reading: every name, value and text stays letter by letter as it is sent, only the blanks between them are ours. Pure.

const STEP = '  ';

/** JSON, one member a line; what is no JSON comes back as it is. Numbers and escapes are not read, so none is changed. */
export function prettyJson(text: string): string {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs);
  if (!tokens || tokens.join('') !== text.replace(/"(?:[^"\\]|\\.)*"|\s+/gs, (part) => (part.startsWith('"') ? part : ''))) return text;
  let depth = 0;
  let out = '';
  const line = (): string => `\n${STEP.repeat(Math.max(0, depth))}`;
  tokens.forEach((token, i) => {
    const empty = tokens[i + 1] === '}' || tokens[i + 1] === ']';
    if (token === '{' || token === '[') {
      depth++;
      out += empty ? token : token + line();
    } else if (token === '}' || token === ']') {
      depth--;
      out += tokens[i - 1] === '{' || tokens[i - 1] === '[' ? token : line() + token;
    } else if (token === ',') out += token + line();
    else if (token === ':') out += ': ';
    else out += token;
  });
  return depth === 0 ? out : text;
}

/** XML, one element a line; an element that holds text stays on its line, with its text untouched. What is no well-formed XML comes back as it is. */
export function prettyXml(text: string): string {
  const tokens = text.match(/<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+/gs);
  if (!tokens || tokens.join('') !== text) return text;
  let out = '';
  let depth = 0;
  let inline = 0; // inside of an element that holds text: nothing may be added there
  const opens = (token: string): boolean => /^<[^!?/]/.test(token) && !token.endsWith('/>');
  const blank = (token: string | undefined): boolean => token !== undefined && /^\s*$/.test(token);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string;
    if (inline > 0) {
      out += token;
      if (opens(token)) inline++;
      else if (token.startsWith('</')) inline--;
      continue;
    }
    if (blank(token)) continue;
    if (token.startsWith('</')) depth--;
    if (depth < 0) return text;
    out += `${out ? '\n' : ''}${STEP.repeat(depth)}${token}`;
    if (!opens(token)) continue;
    const next = tokens[i + 1];
    const holdsText = next !== undefined && (!next.startsWith('<') ? !blank(next) || (tokens[i + 2] ?? '').startsWith('</') : next.startsWith('<![CDATA[') || next.startsWith('</'));
    if (holdsText) inline = 1;
    else depth++;
  }
  return depth === 0 && inline === 0 ? out : text;
}

/** As the type of a document asks for it; other texts as they are. */
export function pretty(text: string, type: string): string {
  if (/[/+]json\b/.test(type)) return prettyJson(text);
  if (/[/+]xml\b/.test(type)) return prettyXml(text);
  return text;
}
