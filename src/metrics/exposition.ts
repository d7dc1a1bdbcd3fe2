/**
 * Renders a family's rows to the bytes of its sample lines, once per poll. Label sets hardly change from poll to poll,
 * so a line whose label values are those of a line rendered before is copied, and only its value is written anew.
 */

import { collectRows, rowWidth, type Rows } from './collect-rows.ts';
import type { AnyFamily } from './family.ts';
import type { Layout } from './layout.ts';
import { createPrefixWriter } from './line-prefix.ts';
import { createLineWriter, type LineWriter } from './write-lines.ts';

export interface RenderedFamily {
  readonly name: string;
  /** The sample lines without HELP and TYPE, which stand once for all clusters. Never changed after rendering. */
  readonly bytes: Uint8Array;
  /** Lines. */
  readonly samples: number;
  /** Private to the renderer. */
  readonly layout: Layout;
}

/** The result is `previous` itself where nothing changed. All in one step: for a large family see `renderInSteps`. */
export function renderFamily<V>(previous: RenderedFamily | undefined, family: AnyFamily<V>, view: V): RenderedFamily {
  const begun = begin(previous, family, view);
  if ('done' in begun) return begun.done;
  begun.writer.step(begun.rows.count);
  return end(family, begun);
}

/**
 * The same, awaiting `pause` (in the program: setImmediate) after every `linesPerStep` lines, so that other work gets
 * its turn; `view` must not change meanwhile. Taking the rows of the family is one step, at about 0.1 µs a row.
 */
export async function renderInSteps<V>(
  previous: RenderedFamily | undefined,
  family: AnyFamily<V>,
  view: V,
  pause: () => Promise<unknown>,
  linesPerStep = 10_000,
): Promise<RenderedFamily> {
  const begun = begin(previous, family, view);
  if ('done' in begun) return begun.done;
  if (begun.rows.count > linesPerStep) await pause();
  // oxlint-disable-next-line no-await-in-loop -- one step after the other is the point
  while (begun.writer.step(linesPerStep)) await pause();
  return end(family, begun);
}

/** Families and what they were rendered of. */
export interface Rendered<V> {
  readonly view: V;
  readonly families: ReadonlyMap<string, RenderedFamily>;
}

/** Renders all families, with a pause after about every `linesPerStep` lines. One that says it is the same is not asked for rows. */
export async function renderFamilies<V>(
  previous: Rendered<V> | undefined,
  families: readonly AnyFamily<V>[],
  view: V,
  pause: () => Promise<unknown>,
  linesPerStep = 10_000,
): Promise<Rendered<V>> {
  const rendered = new Map<string, RenderedFamily>();
  let lines = 0;
  for (const family of families) {
    const before = previous?.families.get(family.name);
    const same = before !== undefined && family.same?.(previous!.view, view) === true;
    // oxlint-disable-next-line no-await-in-loop -- one step after the other is the point
    const result = same ? before : await renderInSteps(before, family, view, pause, linesPerStep);
    rendered.set(family.name, result);
    lines += same ? 0 : result.samples;
    if (lines >= linesPerStep) {
      // oxlint-disable-next-line no-await-in-loop
      await pause();
      lines = 0;
    }
  }
  return { view, families: rendered };
}

/** Label sets that a family emitted more than once, which Prometheus rejects: a bug in its `rows`. For tests. */
export function duplicateRows(family: RenderedFamily): readonly string[] {
  const { labels } = family.layout;
  const width = family.samples === 0 ? 0 : labels.length / family.samples;
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (let row = 0; row < family.samples; row++) {
    const key = JSON.stringify(labels.slice(row * width, (row + 1) * width));
    if (seen.has(key)) twice.add(key);
    seen.add(key);
  }
  return [...twice];
}

type Begun = { readonly done: RenderedFamily } | { readonly rows: Rows; readonly writer: LineWriter };

function begin<V>(previous: RenderedFamily | undefined, family: AnyFamily<V>, view: V): Begun {
  const old = previous?.name === family.name ? previous : undefined;
  const rows = collectRows(old?.layout, family, view);
  if (old !== undefined && isUnchanged(rows, old)) return { done: old };
  return { rows, writer: createLineWriter(rows, rowWidth(family), createPrefixWriter(family), old?.bytes, old?.layout) };
}

function end({ name }: { readonly name: string }, { rows, writer }: Exclude<Begun, { done: unknown }>): RenderedFamily {
  return { name, samples: rows.count, ...writer.finish() };
}

function isUnchanged(rows: Rows, old: RenderedFamily): boolean {
  if (rows.origins !== undefined || rows.count !== old.samples) return false;
  const { values } = old.layout;
  for (let row = 0; row < rows.count; row++) if (rows.values[row] !== values[row]) return false;
  return true;
}
