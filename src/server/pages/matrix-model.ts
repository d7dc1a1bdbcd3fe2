/** The matrix of namespaces and nodes as numbers: which rows are shown, in which order, and how each cell differs from what is agreed. */

import { paged, type Paged } from './paging.ts';
import type { PageQuery } from './query.ts';
import type { Absence, AgreedState, CellState, ClusterState, NamespaceState } from './state.ts';
import { lossShare } from './verdict.ts';

export interface MatrixRow {
  readonly namespace: string;
  readonly name?: string;
  readonly agreed?: AgreedState;
  /** Healthy share of the agreed instances, 0 to 1; absent where there are none. */
  readonly share?: number;
  readonly differing?: { readonly confirmed: number; readonly suspected: number };
  readonly cells: readonly MatrixCell[];
}

export type MatrixCell =
  | { readonly absent: Absence; readonly detail?: string }
  | {
    readonly instances: number;
    /** 0 to 1; absent where there is no instance. */
    readonly share?: number;
    /** Instances more than agreed, negative for fewer; absent where nothing is agreed. */
    readonly delta?: number;
    /** As the comparison of contents found them; equal counts may hide them. */
    readonly missing: number;
    readonly surplus: number;
    readonly conflicting: number;
  };

export interface Matrix {
  readonly nodes: readonly string[];
  readonly rows: Paged<MatrixRow>;
}

export const namespacesOnPage = 50;

/** `sort`: `namespace`, `agreed`, `healthy`, or `node:` with a node's name; the worst first without. */
export function matrixOf(state: ClusterState, { q, sort, down, page }: Pick<PageQuery, 'q' | 'sort' | 'down' | 'page'>): Matrix {
  const wanted = (q ?? '').toLowerCase();
  const rows = state.namespaces.filter(({ id, name }) => `${id} ${name ?? ''}`.toLowerCase().includes(wanted)).map(rowOf);
  const nodes = state.nodes.map(({ node }) => node);
  const valueOf = sorting(sort, nodes);
  const sign = down ? -1 : 1;
  const order = valueOf === undefined
    ? (a: MatrixRow, b: MatrixRow): number => badness(b) - badness(a) || byName(a, b)
    : (a: MatrixRow, b: MatrixRow): number => compare(valueOf(a), valueOf(b), sign) || byName(a, b);
  return { nodes, rows: paged(rows.toSorted(order), page, namespacesOnPage) };
}

function rowOf({ id, name, agreed, differing, cells }: NamespaceState): MatrixRow {
  return {
    namespace: id, cells: cells.map((cell) => cellOf(cell, agreed)),
    ...(name === undefined ? {} : { name }), ...(differing === undefined ? {} : { differing }),
    ...(agreed === undefined ? {} : { agreed, ...shareOf(agreed) }),
  };
}

function cellOf(cell: CellState, agreed: AgreedState | undefined): MatrixCell {
  if ('absent' in cell) return cell;
  const { instances, found } = cell;
  return {
    instances, ...shareOf(cell), missing: found?.missing ?? 0, surplus: found?.surplus ?? 0, conflicting: found?.conflicting ?? 0,
    ...(agreed === undefined ? {} : { delta: instances - agreed.instances }),
  };
}

const shareOf = ({ instances, healthy }: { readonly instances: number; readonly healthy: number }): { readonly share?: number } => (instances > 0 ? { share: healthy / instances } : {});

type Sortable = string | number | undefined;

function sorting(sort: string | undefined, nodes: readonly string[]): ((row: MatrixRow) => Sortable) | undefined {
  if (sort === 'namespace') return ({ namespace }) => namespace;
  if (sort === 'agreed') return ({ agreed }) => agreed?.instances;
  if (sort === 'healthy') return ({ share }) => share;
  const column = nodes.findIndex((node) => sort === `node:${node}`);
  return column < 0 ? undefined : ({ cells }) => {
    const cell = cells[column]!;
    return 'absent' in cell ? undefined : cell.instances;
  };
}

/** What is not known stands last, whichever way it is sorted. */
function compare(a: Sortable, b: Sortable, sign: number): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return a === b ? 0 : a < b ? -sign : sign;
}

const byName = (a: MatrixRow, b: MatrixRow): number => (a.namespace < b.namespace ? -1 : 1);

/**
 * Services that differ and instances that are lost, as the verdict has them: what comes and goes with every deployment
 * must not make rows change places under a reader's eyes.
 */
function badness({ agreed, differing }: MatrixRow): number {
  const lost = agreed?.baseline === undefined ? 0 : agreed.baseline - agreed.instances;
  return (differing?.confirmed ?? 0) + (lost >= lossShare * (agreed?.baseline ?? 0) ? lost : 0);
}
