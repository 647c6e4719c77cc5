// SPDX-License-Identifier: Apache-2.0
// Markdown as Preact nodes. Everything is text; a link is a link only when it is http(s).
import type { ComponentChildren } from 'preact';
import { inline, markdown, type Block, type Inline } from '../markdown';

function nodes(list: Inline[]): ComponentChildren {
  return list.map((one, i) => {
    if (one.kind === 'text') return one.text;
    if (one.kind === 'code') return <code key={i}>{one.text}</code>;
    if (one.kind === 'strong') return <strong key={i}>{nodes(one.children)}</strong>;
    if (one.kind === 'em') return <em key={i}>{nodes(one.children)}</em>;
    return (
      <a key={i} href={one.href} rel="noreferrer noopener" target="_blank">
        {nodes(one.children)}
      </a>
    );
  });
}

/** Headings of a course begin under the page's own: `#` is left out where it repeats the title. */
function BlockView({ block }: { block: Block }) {
  if (block.kind === 'heading') {
    if (block.level === 1) return null;
    return block.level === 2 ? <h2>{nodes(block.children)}</h2> : <h3>{nodes(block.children)}</h3>;
  }
  if (block.kind === 'paragraph') return <p>{nodes(block.children)}</p>;
  if (block.kind === 'quote') return <blockquote>{nodes(block.children)}</blockquote>;
  if (block.kind === 'list') {
    const items = block.items.map((item, i) => <li key={i}>{nodes(item)}</li>);
    return block.ordered ? <ol class="numbers">{items}</ol> : <ul class="dots">{items}</ul>;
  }
  return (
    <div class="table-box">
      <table>
        <thead>
          <tr>
            {block.head.map((cell, i) => (
              <th key={i} scope="col">
                {nodes(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((cells, r) => (
            <tr key={r}>
              {cells.map((cell, i) => (
                <td key={i}>{nodes(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Markdown({ text }: { text: string }) {
  return (
    <div class="prose">
      {markdown(text).map((block, i) => (
        <BlockView key={i} block={block} />
      ))}
    </div>
  );
}

/** A sentence, with its emphasis. */
export function Line({ text }: { text: string }) {
  return <>{nodes(inline(text))}</>;
}
