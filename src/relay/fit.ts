/** Cuts the list of alerts until the message fits its service. */

import type { Digest } from './digest.ts';

/** The rendering with the most alerts that measures at most `limit`, the first alerts being kept. */
export function fit<T>(digest: Digest, limit: number, render: (digest: Digest) => T, measure: (rendered: T) => number): T {
  for (let kept = digest.items.length; ; kept -= 1) {
    const rendered = render({ ...digest, items: digest.items.slice(0, kept), leftOut: digest.leftOut + digest.items.length - kept });
    if (kept === 0 || measure(rendered) <= limit) return rendered;
  }
}
