import { html, Markup } from './markup.ts';

/*
 * The little of CommonMark that descriptions use: paragraphs, lists with `*`, and code in backticks.
 */

/** Descriptions of more than a line. */
export const prose = (text: string): Markup =>
  new Markup(
    blocksOf(text)
      .map(({ text: block }) => block)
      .join(''),
  );

function blocksOf(text: string): readonly Markup[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((block) => (block.startsWith('* ') ? list(block) : html`<p>${inline(block)}</p>`));
}

function list(block: string): Markup {
  const items = block.split(/^\* /m).slice(1);
  return html`<ul>${items.map((item) => html`<li>${inline(item)}</li>`)}</ul>`;
}

/** Within a line: code alone. */
export function inline(text: string): Markup {
  const parts = text.replaceAll(/\s+/g, ' ').trim().split('`');
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
}
