/** Where the parts of a rendered family's bytes are: kept for the next rendering, and of no use to anyone else. */

export interface Layout {
  /** Label values (and what else a row holds) of all rows, one after the other. */
  readonly labels: readonly string[];
  readonly values: Float64Array;
  /** Where each line starts, and one more: where the last one ends. */
  readonly starts: Uint32Array;
  /** Bytes of each line before its value. */
  readonly prefixes: Uint32Array;
}

export const emptyLayout: Layout = {
  labels: [], values: new Float64Array(0), starts: new Uint32Array(1), prefixes: new Uint32Array(0),
};
