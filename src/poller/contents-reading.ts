/** Reads contents of one node onto a shelf: a whole namespace page by page, or one service. */

import { canonicalText, entriesOf, nothing, unescaped } from '../analysis/contents/canonical.ts';
import { finishSweep, put, type Shelf } from '../analysis/contents/shelf.ts';
import type { ContentsTotals, InstanceRecord } from '../model.ts';
import type { NodeClient } from '../nacos/client.ts';
import { readContents, type ContentsHint } from '../nacos/contents.ts';
import type { Dialect } from '../nacos/dialects/dialect.ts';
import type { InternedNames } from '../nacos/service-names.ts';

/** A node whose contents are read and compared. */
export interface DeskNode {
  readonly node: string;
  readonly client: NodeClient;
  readonly dialect: Dialect;
}

/** How a large namespace is read. */
export interface Walk {
  /** After each page: bytes received since the last, services walked so far, and which the page had. */
  readonly afterPage: (bytes: number, walked: number, services: readonly number[]) => Promise<void>;
  /** Of a service that the walk did not meet though it was there: whether it is gone, or was only missed. */
  readonly isGone: (service: number) => boolean;
}

export interface ContentsReading {
  /** Small ones in one go; `walk` paces. */
  namespace(peer: DeskNode, namespace: string, shelf: Shelf, names: InternedNames, tellsEphemeral: boolean, walk?: Walk): Promise<ContentsTotals>;
  /** Every cluster of one service, each request after `turn`. */
  service(peer: DeskNode, namespace: string, shelf: Shelf, service: number, tellsEphemeral: boolean, turn: () => Promise<void>): Promise<string>;
}

export interface ReadingDeps {
  readonly now: () => number;
  readonly tags: readonly string[];
  readonly timeoutMs: number;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

/** Instances after which others get their turn: a few milliseconds. */
const instancesPerTurn = 2_000;
/** Of a page of a paced walk: all nodes answer at about the same moment, and then their pages are parsed in one turn. */
const walkBytes = 750_000;

export function createContentsReading(deps: ReadingDeps): ContentsReading {
  const { now } = deps;
  const hints = new Map<string, ContentsHint>();

  /** Ephemeral is part of the identity only where all nodes tell it: 1.x and 2.x do not, in lists with instances. */
  function textOf(instances: readonly InstanceRecord[], tellsEphemeral: boolean): string {
    const told = tellsEphemeral || instances[0]?.ephemeral === undefined;
    return canonicalText(told ? instances : instances.map(withoutKind), deps.tags);
  }

  return {
    async namespace(peer, namespace, shelf, names, tellsEphemeral, walk) {
      const key = `${peer.node} ${namespace}`;
      const hint = hints.get(key);
      let startedAt = now();
      let bytes = 0;
      let walked = 0;
      let sum = { instances: 0, enabled: 0, ephemeral: 0, told: true };
      const read = await readContents(peer.client, peer.dialect, namespace, {
        begin() {
          startedAt = now();
          walked = 0;
          sum = { instances: 0, enabled: 0, ephemeral: 0, told: peer.dialect.api.startsWith('v3') };
        },
        async page(services) {
          const at = now();
          const numbers: number[] = [];
          let turn = 0;
          for (const { group, name, instances } of services) {
            const service = names.intern(group, name);
            put(shelf, peer.node, service, textOf(instances, tellsEphemeral), at);
            numbers.push(service);
            sum.instances += instances.length;
            for (const { enabled, ephemeral } of instances) {
              if (enabled) sum.enabled++;
              if (ephemeral === undefined) sum.told = false;
              else if (ephemeral) sum.ephemeral++;
            }
            turn += instances.length + 10;
            if (turn < instancesPerTurn) continue;
            turn = 0;
            await deps.pause();
          }
          walked += services.length;
          const received = bytes;
          bytes = 0;
          await walk?.afterPage(received, walked, numbers);
        },
      }, {
        timeoutMs: deps.timeoutMs,
        pace: (received) => {
          bytes += received;
        },
        ...(hint === undefined ? {} : { hint }),
        ...(walk === undefined ? {} : { changing: true, pageBytes: walkBytes }),
      });
      hints.set(key, read.hint);
      finishSweep(shelf, peer.node, startedAt, now(), walk?.isGone);
      const { instances, enabled, ephemeral, told } = sum;
      return { instances, enabled, ...(told ? { ephemeral } : {}) };
    },

    // Never by a name filter, which the server matches against every service.
    async service({ client, dialect }, namespace, shelf, service, tellsEphemeral, turn) {
      const group = shelf.names.groups[service]!;
      const name = shelf.names.names[service]!;
      const options = { timeoutMs: deps.timeoutMs };
      if (dialect.allInstances !== undefined) {
        await turn();
        return textOf((await client.call(dialect.allInstances(namespace, group, name), options)).value, tellsEphemeral);
      }
      const instances: InstanceRecord[] = [];
      for (const cluster of clustersOf(shelf, service)) {
        await turn();
        instances.push(...(await client.call(dialect.instances!(namespace, group, name, cluster), options)).value);
      }
      return textOf(instances, tellsEphemeral);
    },
  };
}

function withoutKind(instance: InstanceRecord): InstanceRecord {
  const { ephemeral, ...rest } = instance;
  return ephemeral === undefined ? instance : rest;
}

/** Clusters that any node shows of a service; of one never seen with instances, the one that nearly all have. */
function clustersOf(shelf: Shelf, service: number): readonly string[] {
  const clusters = new Set<string>();
  for (const { texts } of shelf.columns.values()) {
    for (const { key } of entriesOf(texts[service] ?? nothing)) clusters.add(unescaped(key.slice(0, key.indexOf('|'))));
  }
  return clusters.size === 0 ? ['DEFAULT'] : [...clusters].toSorted();
}
