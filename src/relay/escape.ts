/**
 * Values of labels and annotations on their way into a message. Whoever registers a service chooses some of them, so
 * none may mention people, open markup, forge a line or hide another.
 */

/** One line of visible characters: no control, no direction override, no half of a surrogate pair. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cf}/gu, '').replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

/** At most `maxBytes` of UTF-8, cut between characters, an ellipsis for the rest. */
export function clip(text: string, maxBytes: number): string {
  // No character takes less than a byte, so what lies behind cannot fit; this bounds the work on a huge text.
  const head = text.slice(0, maxBytes + 1);
  if (byteLength(head) <= maxBytes) return head;
  let bytes = byteLength('…');
  let kept = '';
  for (const character of head) {
    bytes += byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return `${kept}…`;
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

const fullWidth = (character: string): string => String.fromCodePoint(character.codePointAt(0)! + 0xfee0);

/**
 * For markdown of DingTalk and WeCom, neither of which documents an escape: what can open markup or a mention
 * (`<@user>`, or as entities) becomes its full-width likeness, which no renderer takes for markup and people still
 * read. What opens nothing stays, so that names can be copied: an underscore inside a word, a `#` inside a line, the
 * `@@` of `group@@service`.
 */
export function inert(text: string): string {
  return text.replaceAll(/[<>[\]*`~\\&]|^#+|(?<!@)@(?!@)|(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, (found) => Array.from(found, fullWidth).join(''));
}

/** For Feishu's `plain_text`, which reads no markup; a mention's tag is broken all the same. */
export function plain(text: string): string {
  return text.replaceAll(/<(?=\/?\s*at\b)/gi, '＜');
}

/**
 * An http address that can stand between the parentheses of a markdown link; undefined for anything else, and for one
 * longer than `maxLength`: half an address leads nowhere.
 */
export function linkTarget(text: string, maxLength: number): string | undefined {
  if (text.length > maxLength || !/^https?:\/\//i.test(text)) return undefined;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  if (url.username !== '' || url.password !== '') return undefined;
  const target = url.href.replaceAll(/[()<>[\]*`~|\\^"'!@{}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return target.length > maxLength ? undefined : target;
}
