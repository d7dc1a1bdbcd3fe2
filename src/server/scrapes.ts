/**
 * Keeps the assembled bodies and answers scrapes from them. A body is made once for a set of published texts, its gzip
 * once for a body; only the exporter's own metrics are of scrape time, as the last part of the same answer.
 */

import type { ClusterText } from '../metrics/cluster-text.ts';
import { textFormats, type FamilyHeader, type TextFormat } from '../metrics/text.ts';
import { assemble, largeChunk, type BodyPart } from './body.ts';
import { closeMember, deflatePart, openMember, type OpenMember } from './deflate.ts';

/** A whole answer. */
export interface Scrape {
  readonly chunks: readonly Uint8Array[];
  /** Bytes of all chunks. */
  readonly length: number;
}

export interface Scrapes {
  scrape(format: TextFormat, gzip: boolean): Promise<Scrape>;
  /** To be called after a text was published: makes ready what was asked for lately. */
  published(): void;
}

export interface ScrapesDeps {
  /** In the order of the body. Families of a text that are not in it are not served. */
  readonly catalogue: readonly FamilyHeader[];
  /** The latest text of every cluster that the body holds. */
  clusters(): readonly ClusterText[];
  /** Text of the exporter's own metrics, without `# EOF`. If it fails, the clusters' series are served without them. */
  selfText(format: TextFormat): Promise<string>;
  onError(error: Error): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Lets other work have its turn. */
  pause(): Promise<unknown>;
}

interface Body {
  readonly source: readonly Source[];
  readonly chunks: readonly Uint8Array[];
  gzip(): Promise<OpenMember>;
  /** The last part of an answer that starts with `open`, or with the plain chunks. */
  tail(open: OpenMember | undefined): Promise<Uint8Array>;
}

interface Source {
  readonly text: ClusterText;
  readonly stale: boolean;
}

/** Of many clusters some text is new at any time: making bodies ready ahead of scrapes gets one part in so many of it. */
const warmShare = 10;
/** How long after the last scrape of a format its body is still made ready ahead of the next. */
const askedFor = 5 * 60_000;

export function createScrapes(deps: ScrapesDeps): Scrapes {
  const bodies = new Map<TextFormat, Body>();
  /** When a format was last asked for, plain and gzipped alike, and when gzipped. */
  const lastAsked = new Map<TextFormat, number>();
  const lastGzip = new Map<TextFormat, number>();
  /** Large chunks stay the same objects until their family changes. */
  const deflated = new WeakMap<Uint8Array, Promise<Uint8Array>>();
  let warming = false;
  let warmAgain = false;
  /** With several clusters nothing is made ready before. */
  let restUntil = -Infinity;
  let several = false;

  function deflate(chunk: Uint8Array): Promise<Uint8Array> {
    if (chunk.length < largeChunk) return deflatePart(chunk);
    let part = deflated.get(chunk);
    if (part === undefined) {
      part = deflatePart(chunk);
      deflated.set(chunk, part);
      part.catch(() => deflated.delete(chunk));
    }
    return part;
  }

  function current(format: TextFormat): Body {
    const now = deps.now();
    const source = deps.clusters().map((text) => ({ text, stale: now >= text.staleAt }));
    several = source.length > 1;
    const cached = bodies.get(format);
    if (cached !== undefined && sameSource(cached.source, source)) return cached;
    const body = createBody(format, source);
    bodies.set(format, body);
    return body;
  }

  function createBody(format: TextFormat, source: readonly Source[]): Body {
    const chunks = assemble(format, deps.catalogue, source.map(partOf));
    let gzip: Promise<OpenMember> | undefined;
    /** Scrapes that came in the same turn of the event loop share their tail, by coding. */
    const tails = new Map<OpenMember | undefined, Promise<Uint8Array>>();

    async function makeTail(open: OpenMember | undefined): Promise<Uint8Array> {
      await deps.pause();
      tails.delete(open);
      const text = await deps.selfText(format).catch((error: Error) => {
        deps.onError(error);
        return '';
      });
      const tail = Buffer.from(format === 'openmetrics' ? `${text}# EOF\n` : text);
      return open === undefined ? tail : closeMember(open, tail);
    }

    return {
      source, chunks,
      gzip() {
        if (gzip === undefined) {
          gzip = openMember(chunks, deflate, deps.pause);
          gzip.catch(() => (gzip = undefined));
        }
        return gzip;
      },
      tail(open) {
        let tail = tails.get(open);
        if (tail === undefined) {
          tail = makeTail(open);
          tails.set(open, tail);
        }
        return tail;
      },
    };
  }

  async function scrape(format: TextFormat, gzip: boolean): Promise<Scrape> {
    lastAsked.set(format, deps.now());
    if (gzip) lastGzip.set(format, deps.now());
    const body = current(format);
    const open = gzip ? await body.gzip() : undefined;
    const chunks = [...(open?.parts ?? body.chunks), await body.tail(open)];
    return { chunks, length: chunks.reduce((sum, chunk) => sum + chunk.length, 0) };
  }

  async function warm(): Promise<void> {
    warming = true;
    const startedAt = deps.now();
    do {
      warmAgain = false;
      for (const format of textFormats) {
        if (!isRecent(lastAsked.get(format))) {
          // Nobody asks for it any more: do not keep old text alive.
          bodies.delete(format);
          continue;
        }
        const body = current(format);
        // A failure is told to the scrape that needs it. One format at a time leaves the thread pool to others.
        // oxlint-disable-next-line no-await-in-loop
        if (isRecent(lastGzip.get(format))) await body.gzip().catch(() => undefined);
      }
    } while (warmAgain && !several);
    warming = false;
    restUntil = deps.now() + (warmShare - 1) * Math.max(0, deps.now() - startedAt);
  }

  function isRecent(at: number | undefined): boolean {
    return at !== undefined && deps.now() - at < askedFor;
  }

  function published(): void {
    warmAgain = true;
    if (!warming && (!several || deps.now() >= restUntil)) void warm();
  }

  return { scrape, published };
}

/** A poller that was replaced may count its versions anew, so the families count too. */
function sameSource(before: readonly Source[], after: readonly Source[]): boolean {
  return before.length === after.length && before.every((one, at) => {
    const other = after[at]!;
    return one.stale === other.stale && one.text.version === other.text.version &&
      one.text.families === other.text.families && one.text.cluster === other.text.cluster;
  });
}

function partOf({ text, stale }: Source): BodyPart {
  const families = stale ? text.stale?.() ?? new Map<string, never>() : text.families;
  return { cluster: text.cluster, families, dropped: stale ? new Map<string, number>() : text.dropped };
}
