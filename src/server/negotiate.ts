/** Which format and which coding a client gets; a list of wishes with weights, as HTTP writes them. */

import type { TextFormat } from '../metrics/text.ts';

interface Wish {
  /** Lower case. */
  readonly value: string;
  /** 0 to 1; 0 means: not this. */
  readonly weight: number;
  readonly params: ReadonlyMap<string, string>;
}

const openMetricsVersions = new Set([undefined, '1.0.0']);

/**
 * OpenMetrics only for a client that names it and likes it no less than text: a wildcard is no request for it.
 * Everyone else gets text, even who asked for neither.
 */
export function negotiateFormat(accept: string | undefined): TextFormat {
  const wishes = parseWishes(accept ?? '');
  const openMetrics = wishes.filter(({ value, params }) => value === 'application/openmetrics-text' && openMetricsVersions.has(params.get('version')));
  const wanted = Math.max(0, ...openMetrics.map(({ weight }) => weight));
  return wanted > 0 && wanted >= weightOf(wishes, ['text/plain', 'text/*', '*/*']) ? 'openmetrics' : 'text';
}

/** Whether gzip is accepted, and no less welcome than no coding at all. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const wishes = parseWishes(acceptEncoding ?? '');
  const gzip = weightOf(wishes, ['gzip', 'x-gzip', '*']);
  return gzip > 0 && gzip >= weightOf(wishes, ['identity']);
}

/** The most specific of `values` that is wished for decides. */
function weightOf(wishes: readonly Wish[], values: readonly string[]): number {
  for (const wanted of values) {
    const weights = wishes.filter(({ value }) => value === wanted).map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}

function parseWishes(header: string): Wish[] {
  return header.split(',').map((item) => {
    const [value = '', ...rest] = item.split(';').map((part) => part.trim().toLowerCase());
    const params = new Map(rest.map((param) => {
      const [name = '', text = ''] = param.split('=', 2);
      return [name.trim(), text.trim().replace(/^"|"$/g, '')];
    }));
    const weight = Number(params.get('q') ?? 1);
    return { value, params, weight: weight >= 0 && weight <= 1 ? weight : 0 };
  });
}
