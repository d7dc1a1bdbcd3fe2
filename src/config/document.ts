/** A YAML text with the place of everything in it. Messages are our own: the parser's may quote the text, secrets included. */

import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type ErrorCode, type Node } from 'yaml';
import { issueAt, type ConfigIssue, type Origin } from './issues.ts';

export type Path = readonly PropertyKey[];

export interface YamlFile {
  /** What the text says; undefined where it is not YAML at all. */
  readonly raw: unknown;
  readonly issues: readonly ConfigIssue[];
  /** The place of a value, or of the nearest thing around it. */
  valueAt(path: Path): Origin;
  keyAt(path: Path): Origin;
}

const syntax: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'the alias is not usable; put a text that begins with * in quotes',
  BAD_DQ_ESCAPE: 'unknown escape in a text in double quotes; use single quotes to take \\ as it is',
  BAD_INDENT: 'the indentation does not fit, or a bracket is not closed',
  BAD_SCALAR_START: 'a text that begins with this character must be quoted',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " in one line; quote the value',
  MISSING_CHAR: 'something is missing here: a closing quote or bracket, a comma, or the colon after a key',
  MULTIPLE_DOCS: 'the file holds more than one document; remove the --- line',
  TAB_AS_INDENT: 'a tab is used for indentation; use blanks',
  TAG_RESOLVE_FAILED: 'unknown tag; put a text that begins with ! in quotes',
  UNEXPECTED_TOKEN: 'unexpected text here; quote the whole value if it belongs to it',
};

/** `clusters[0].poll.interval`. Of a key such as `password:hunter2` only what stands before the colon. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += (text === '' ? '' : '.') + String(part).replace(/[:=\s][^]*$/, '…');
  }
  return text;
}

/** Offsets of the key and the value at a path, as far as it can be followed. */
function locate(document: Document, path: Path): { key: number; value: number } {
  let node: unknown = document.contents;
  let found = { key: 0, value: offsetOf(node) ?? 0 };
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      node = node.items[Number(part)];
      const offset = offsetOf(node) ?? found.value;
      found = { key: offset, value: offset };
    } else if (isMap(node)) {
      const pair = node.items.findLast((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) return found;
      const key = offsetOf(pair.key) ?? found.value;
      const empty = pair.value === null || (isScalar(pair.value) && pair.value.value === null);
      found = { key, value: empty ? key : offsetOf(pair.value) ?? key };
      node = pair.value;
    } else {
      return found;
    }
  }
  return found;
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | undefined | null)?.range?.[0];
}

/** The path of the key that begins at an offset. */
function pathOfKey(document: Document, offset: number): Path {
  let found: Path = [];
  visit(document, {
    Pair(_, pair, ancestors) {
      if (offsetOf(pair.key) !== offset) return undefined;
      const path: PropertyKey[] = [];
      for (const [i, ancestor] of [...ancestors, pair].entries()) {
        if (isPair(ancestor)) path.push(String(isScalar(ancestor.key) ? ancestor.key.value : '?'));
        else if (isSeq(ancestor)) path.push(ancestor.items.indexOf(ancestors[i + 1] ?? pair));
      }
      found = path;
      return visit.BREAK;
    },
  });
  return found;
}

export function readYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'error' });
  const at = (offset: number, path: string): Origin => {
    const { line, col } = lines.linePos(offset);
    return { path, file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };

  const issues: ConfigIssue[] = [];
  let broken = false;
  for (const problem of [...document.errors, ...document.warnings]) {
    if (problem.code === 'DUPLICATE_KEY') {
      const path = pathText(pathOfKey(document, problem.pos[0]));
      issues.push(issueAt(at(problem.pos[0], path), 'duplicate_key', 'the key is written twice in one mapping'));
    } else {
      broken = true;
      issues.push(issueAt(at(problem.pos[0], ''), 'yaml_syntax', syntax[problem.code] ?? 'not valid YAML'));
    }
  }
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      broken = true;
      issues.push(issueAt(at(offsetOf(alias) ?? 0, ''), 'yaml_syntax', 'an alias without its anchor; put a text that begins with * in quotes'));
    },
  });

  let raw: unknown;
  try {
    raw = broken ? undefined : document.toJS();
  } catch {
    issues.push(issueAt(at(0, ''), 'yaml_syntax', 'the aliases expand to too much'));
  }
  return {
    raw,
    // What follows a syntax error is mostly its echo.
    issues: broken ? issues.filter((issue, i) => issue.code === 'duplicate_key' || i === issues.findIndex((one) => one.code === 'yaml_syntax')) : issues,
    valueAt: (path) => at(locate(document, path).value, pathText(path)),
    keyAt: (path) => at(locate(document, path).key, pathText(path)),
  };
}
