/** What a metric is: one declaration with its pure projection beside it. */

/** Receives one sample: its value, then one label value for each of the family's labels, in their order. */
export type Emit<L extends readonly string[]> = (value: number, ...labels: { readonly [K in keyof L]: string }) => void;

export type FamilyType = 'gauge' | 'counter' | 'histogram' | 'summary';

export interface Family<N extends string = string, L extends readonly string[] = readonly string[], V = unknown, T extends FamilyType = FamilyType> {
  readonly name: N;
  readonly help: string;
  readonly type: T;
  readonly labels: L;
  /** Rows have labels besides the declared ones, and not all the same: each row carries theirs spelled, `,uri="/x"`, as one value more. */
  readonly open?: true;
  /** Emits every sample of the family for one cluster, in an order that stays the same from poll to poll. */
  rows(view: V, emit: Emit<L>): void;
  /** For large families: true where `rows` would emit of `now` what it emitted of `before`, which is then kept. */
  same?(before: V, now: V): boolean;
}

/** Keeps the literal types of name, labels and type, so that a misspelt metric or label does not compile. */
export function defineFor<V>() {
  return <const N extends string, const L extends readonly string[], const T extends FamilyType>(family: Family<N, L, V, T>): Family<N, L, V, T> => family;
}

/** Any family of a view, whatever its name and labels. */
// eslint-disable-next-line typescript/no-explicit-any -- rows' parameters are contravariant: no other type accepts every family
export type AnyFamily<V> = Family<string, any, V>;
