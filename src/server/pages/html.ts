/** HTML in which everything is escaped that is not itself such HTML. */

export interface Html {
  /** Finished markup. */
  readonly markup: string;
}

export type Part = Html | string | number | undefined | false | readonly Part[];

/** Attribute values are to stand in double quotes. Undefined and false leave nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0]!;
  for (const [i, part] of parts.entries()) markup += markupOf(part) + strings[i + 1]!;
  return { markup };
}

function markupOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(markupOf).join('');
}

/**
 * A name that somebody else chose: apart from the direction of what stands around it, and what would not be seen or
 * would turn the text around is spelled out.
 */
export const named = (text: string): Html => html`<bdi>${visible(text)}</bdi>`;

// Joiners (200C, 200D) are left alone: emoji and several scripts are written with them.
const unseen = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** `\u202e` for a character that cannot be seen. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
