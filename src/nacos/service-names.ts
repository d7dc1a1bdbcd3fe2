/**
 * Numbers for the services of one namespace of one cluster, given once and kept: what makes catalogs of several nodes
 * columns that can be compared. Strings and their hashes are held once, whatever the number of nodes and polls.
 */

import type { ServiceNames } from '../model.ts';

export interface InternedNames extends ServiceNames {
  readonly size: number;
  /** The number of a service, a new one at first sight. */
  intern(group: string, name: string): number;
  /**
   * By number: FNV-1a over namespace, group and name, UTF-16 units, each followed by a zero. The same in every process,
   * so that replicas choose the same services. At least `size` long; ask again after `intern`, it may have been replaced.
   */
  hashes(): Uint32Array;
  /** By number: Java's String.hashCode of `group@@name`, by which Distro assigns services on 1.x. As above. */
  javaHashes(): Int32Array;
}

/** What the names of a group share: their numbers, and both hashes as far as the group goes. */
interface Group {
  readonly name: string;
  readonly numbers: Map<string, number>;
  readonly fnv: number;
  readonly java: number;
}

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

export function createServiceNames(namespace: string): InternedNames {
  const groups: string[] = [];
  const names: string[] = [];
  const byGroup = new Map<string, Group>();
  const prefix = fnvPart(fnvOffset, namespace);
  let hashes = new Uint32Array(64);
  let java = new Int32Array(0);
  let javaFilled = 0;

  function groupOf(name: string): Group {
    const known = byGroup.get(name);
    if (known !== undefined) return known;
    const group = { name, numbers: new Map<string, number>(), fnv: fnvPart(prefix, name), java: javaPart(0, `${name}@@`) };
    byGroup.set(name, group);
    return group;
  }

  return {
    groups,
    names,
    get size() {
      return names.length;
    },
    idOf: (group, name) => byGroup.get(group)?.numbers.get(name),
    intern(groupName, name) {
      const group = groupOf(groupName);
      const known = group.numbers.get(name);
      if (known !== undefined) return known;
      const id = names.length;
      group.numbers.set(name, id);
      // The group's one string, not the row's copy of it.
      groups.push(group.name);
      names.push(name);
      if (id >= hashes.length) hashes = longer(hashes, new Uint32Array(hashes.length * 2));
      hashes[id] = fnvPart(group.fnv, name) >>> 0;
      return id;
    },
    hashes: () => hashes,
    javaHashes() {
      if (java.length < names.length) java = longer(java, new Int32Array(hashes.length));
      for (; javaFilled < names.length; javaFilled++) {
        java[javaFilled] = javaPart(byGroup.get(groups[javaFilled]!)!.java, names[javaFilled]!);
      }
      return java;
    },
  };
}

function longer<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function fnvPart(hash: number, text: string): number {
  let next = hash;
  for (let i = 0; i < text.length; i++) next = Math.imul(next ^ text.charCodeAt(i), fnvPrime);
  return Math.imul(next, fnvPrime);
}

/** A polynomial over UTF-16 units, so a common beginning is computed once. */
function javaPart(hash: number, text: string): number {
  let next = hash;
  for (let i = 0; i < text.length; i++) next = (Math.imul(next, 31) + text.charCodeAt(i)) | 0;
  return next;
}
