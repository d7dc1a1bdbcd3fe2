/** Takes a bot's secrets out of what its service answered, in the spellings in which an answer can hold them. */

import type { Hook } from './channels.ts';

const shortest = 6;
/** Of a path, only what is long enough for a token: `webhook` is a word that an answer may need. */
const shortestInPath = 16;

export function hideSecrets(text: string, { url, secret }: Hook): string {
  const { pathname, searchParams } = new URL(url);
  const inPath = [pathname, ...pathname.split('/')].filter((part) => part.length >= shortestInPath);
  const parts = [url, ...inPath, ...searchParams.values(), ...(secret === undefined ? [] : [secret])].filter((part) => part.length >= shortest);
  const spellings = new Set(parts.flatMap((part) => [part, encodeURIComponent(part), encodeURI(part), JSON.stringify(part).slice(1, -1)]));
  return [...spellings].toSorted((a, b) => b.length - a.length).reduce((rest, part) => rest.replaceAll(part, '***'), text);
}
