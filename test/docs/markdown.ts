/** What the tests of the pages read out of Markdown: headings, links, tables, code. */

import { existsSync, readFileSync } from 'node:fs';

const fence = /^ *```[\s\S]*?^ *```$/gm;

/** Lines of the text outside of fenced code. */
const prose = (text: string): string => text.replaceAll(fence, '');

export function headings(text: string): readonly string[] {
  return [...prose(text).matchAll(/^#+ (.+)$/gm)].map((match) => match[1]!);
}

/** The depth of each heading, in order. */
export function outline(text: string): readonly number[] {
  return [...prose(text).matchAll(/^(#+) /gm)].map((match) => match[1]!.length);
}

/** Anchors as GitHub makes them; of equal headings the second has `-1` behind it. */
export function anchors(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  return new Set(headings(text).map((heading) => {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const slug = plain.toLowerCase().replaceAll(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-');
    const earlier = seen.get(slug) ?? 0;
    seen.set(slug, earlier + 1);
    return earlier === 0 ? slug : `${slug}-${earlier}`;
  }));
}

export function links(text: string): readonly string[] {
  return [...prose(text).replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!);
}

/** Links to no file, or to no heading of one; `page` is where the text stands. */
export function deadLinks(text: string, page: URL): readonly string[] {
  return links(text).filter((link) => {
    const [file = '', anchor] = link.split('#');
    if (/^(https?|mailto):/.test(file)) return false;
    const target = new URL(file === '' ? page.href : file, page);
    if (file !== '' && !existsSync(target)) return true;
    if (anchor === undefined) return false;
    return !anchors(file === '' ? text : readFileSync(target, 'utf8')).has(decodeURIComponent(anchor));
  });
}

/** Fenced blocks with their language, comments left out: these are translated. */
export function codeBlocks(text: string): readonly string[] {
  return [...text.matchAll(/^ *```(\w+)\n([\s\S]*?)^ *```$/gm)].map(([, language = '', code = '']) => `${language}\n${code.replaceAll(/ *#(?!!).*$/gm, '')}`);
}

export type Table = readonly (readonly string[])[];

/** Tables with their header as the first row, cells trimmed. */
export function tables(text: string): readonly Table[] {
  return [...prose(text).matchAll(/(?:^\|.*\|\n?)+/gm)].map(([block]) => block.trimEnd().split('\n').filter((line) => !/^\|[\s|:-]+\|$/.test(line)).map(cells));
}

function cells(line: string): readonly string[] {
  return line.slice(1, -1).split('|').map((cell) => cell.trim());
}

/** The table whose first row begins so. */
export function tableOf(text: string, firstCell: string): Table {
  const found = tables(text).find(([header]) => header?.[0] === firstCell);
  if (found === undefined) throw new Error(`no table that begins with "${firstCell}"`);
  return found;
}

/** Of a cell that is one code span, its text. */
export const code = (cell: string): string => /^`([^`]+)`$/.exec(cell)?.[1] ?? cell;
