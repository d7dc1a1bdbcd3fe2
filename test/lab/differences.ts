/**
 * How the nodes of a cluster differ, by what each of them shows of itself: against the majority of three, instance by
 * instance. Written for the tests alone, to judge the exporter's answer by.
 */

import type { Shown } from './contents.ts';

/** `namespace group@@name` to `cluster ip:port` to what the node shows of it. */
export type NodeView = ReadonlyMap<string, ReadonlyMap<string, Shown>>;

export type Kind = 'service' | 'instance' | 'health' | 'attributes';

export interface Difference {
  /** `namespace group@@name`. */
  readonly place: string;
  readonly node: string;
  readonly what: 'missing' | 'surplus' | 'conflict';
  /** `cluster ip:port`. */
  readonly instance: string;
  /** Of a conflict; else empty. */
  readonly field: '' | keyof Shown;
  /** What the node shows of the field. */
  readonly shown: string;
}

export const nameOf = ({ place, node, what, instance, field }: Difference): string => [place, node, what, instance, field].join(' ').trimEnd();

const fields = ['healthy', 'enabled', 'weight', 'metadata'] as const;

/** `singly`: what one node alone holds exists, and the others lack it. */
export function differencesOf(views: ReadonlyMap<string, NodeView>, singly = false): readonly Difference[] {
  const found: Difference[] = [];
  const nodes = [...views.keys()];
  for (const [place, instance] of everything(views)) {
    const held = new Map([...views].map(([node, view]) => [node, view.get(place)?.get(instance)]));
    const holders = nodes.filter((node) => held.get(node) !== undefined);
    const exists = holders.length * 2 > nodes.length || (singly && holders.length === 1);
    for (const [node, shown] of held) {
      const base = { place, node, instance, field: '', shown: '' } as const;
      if (shown === undefined && exists) found.push({ ...base, what: 'missing' });
      if (shown !== undefined && !exists) found.push({ ...base, what: 'surplus' });
      if (shown === undefined || !exists) continue;
      for (const field of fields) {
        const usual = majority(holders.map((holder) => held.get(holder)![field]));
        if (usual !== undefined && usual !== shown[field]) found.push({ ...base, what: 'conflict', field, shown: shown[field] });
      }
    }
  }
  return found;
}

/** Whether the node shows what is said of it, and some other node shows otherwise: enough where nobody is to be called right. */
export function isShown({ place, node, what, instance, field, shown }: Difference, views: ReadonlyMap<string, NodeView>): boolean {
  const mine = views.get(node)?.get(place)?.get(instance);
  const others = [...views].filter(([name]) => name !== node).map(([, view]) => view.get(place)?.get(instance));
  if (what === 'missing') return mine === undefined && others.some((other) => other !== undefined);
  if (what === 'surplus') return mine !== undefined && others.includes(undefined);
  return field !== '' && mine?.[field] === shown && others.some((other) => other !== undefined && other[field] !== shown);
}

function everything(views: ReadonlyMap<string, NodeView>): readonly (readonly [string, string])[] {
  const seen = new Map<string, readonly [string, string]>();
  for (const view of views.values()) {
    for (const [place, instances] of view) for (const instance of instances.keys()) seen.set(`${place} ${instance}`, [place, instance]);
  }
  return [...seen.values()];
}

/** The value that more than half show; undefined where none does. */
function majority(values: readonly string[]): string | undefined {
  return values.find((value) => values.filter((other) => other === value).length * 2 > values.length);
}
