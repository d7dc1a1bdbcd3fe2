/** Reads contents of one node onto a shelf: a whole namespace page by page, or one service. */

import { entriesOf, nothing, unescaped } from '../analysis/contents/canonical.ts';
import { textOf } from '../analysis/contents/known-texts.ts';
import { finishSweep, put, type Shelf } from '../analysis/contents/shelf.ts';
import { noteValues } from '../analysis/contents/values.ts';
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
  /** Throws NacosError `wrong_member` where another member answers at its address now; absent where that cannot happen. */
  readonly verify?: () => Promise<void>;
}

/** How a large namespace is read. */
export interface Walk {
  /** After each page: bytes received since the last, services walked so far, and which the page had. */
  readonly afterPage: (bytes: number, walked: number, services: readonly number[]) => Promise<void>;
  /** At the end, of services that the walk did not meet though they were there: which are gone, and not only missed. */
  readonly gone: () => (service: number) => boolean;
}

export interface ContentsReading {
  /** Small ones in one go; `walk` paces. */
  namespace(peer: DeskNode, namespace: string, shelf: Shelf, names: InternedNames, tellsEphemeral: boolean, walk?: Walk): Promise<ContentsTotals>;
  /** Every cluster of one service, each request after `mayAsk`. */
  service(peer: DeskNode, namespace: string, shelf: Shelf, service: number, tellsEphemeral: boolean, mayAsk: () => Promise<void>): Promise<OneService>;
}

export interface OneService {
  readonly text: string;
  readonly instances: readonly InstanceRecord[];
}

export interface ReadingDeps {
  readonly now: () => number;
  readonly tags: readonly string[];
  /** Metadata keys whose values are shown. */
  readonly shownKeys: readonly string[];
  readonly timeoutMs: number;
  /** A torn walk brings nothing. */
  readonly refusesTorn: boolean;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

/** Instances after which others get their turn: a few milliseconds. */
const instancesPerTurn = 2_000;
/** Of a page of a paced walk: while one node's is parsed, those of the others are taken in and compared in the same turns. */
export const walkBytes = 750_000;

export function createContentsReading(deps: ReadingDeps): ContentsReading {
  const { now } = deps;
  const hints = new Map<string, ContentsHint>();

  /** Ephemeral is part of the identity only where all nodes tell it: 1.x and 2.x do not, in lists with instances. */
  function textFrom(shelf: Shelf, service: number, instances: readonly InstanceRecord[], tellsEphemeral: boolean): string {
    return textOf(shelf.known, service, instances, deps.tags, tellsEphemeral, deps.shownKeys);
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
          let taken = 0;
          for (const { group, name, instances } of services) {
            const service = names.intern(group, name);
            put(shelf, peer.node, service, textFrom(shelf, service, instances, tellsEphemeral), at);
            noteValues(shelf, service, instances);
            numbers.push(service);
            sum.instances += instances.length;
            for (const { enabled, ephemeral } of instances) {
              if (enabled) sum.enabled++;
              if (ephemeral === undefined) sum.told = false;
              else if (ephemeral) sum.ephemeral++;
            }
            taken += instances.length + 10;
            if (taken < instancesPerTurn) continue;
            taken = 0;
            await deps.pause();
          }
          walked += services.length;
          const received = bytes;
          bytes = 0;
          await walk?.afterPage(received, walked, numbers);
        },
      }, {
        timeoutMs: deps.timeoutMs, turn: deps.pause,
        pace: (received) => {
          bytes += received;
        },
        ...(hint === undefined ? {} : { hint }),
        ...(walk === undefined ? {} : { changing: true, pageBytes: walkBytes }),
        ...(deps.refusesTorn ? {} : { changing: true }),
      });
      hints.set(key, read.hint);
      finishSweep(shelf, peer.node, startedAt, now(), walk?.gone());
      const { instances, enabled, ephemeral, told } = sum;
      return { instances, enabled, ...(told ? { ephemeral } : {}) };
    },

    // Never by a name filter, which the server matches against every service.
    async service({ client, dialect }, namespace, shelf, service, tellsEphemeral, mayAsk) {
      const group = shelf.names.groups[service]!;
      const name = shelf.names.names[service]!;
      const options = { timeoutMs: deps.timeoutMs };
      if (dialect.allInstances !== undefined) {
        await mayAsk();
        const { value } = await client.call(dialect.allInstances(namespace, group, name), options);
        return { text: textFrom(shelf, service, value, tellsEphemeral), instances: value };
      }
      const instances: InstanceRecord[] = [];
      for (const cluster of clustersOf(shelf, service)) {
        await mayAsk();
        instances.push(...(await client.call(dialect.instances!(namespace, group, name, cluster), options)).value);
      }
      return { text: textFrom(shelf, service, instances, tellsEphemeral), instances };
    },
  };
}

/** Clusters that any node shows of a service; of one never seen with instances, the one that nearly all have. */
export function clustersOf(shelf: Shelf, service: number): readonly string[] {
  const clusters = new Set<string>();
  for (const { texts } of shelf.columns.values()) {
    for (const { key } of entriesOf(texts[service] ?? nothing)) clusters.add(unescaped(key.slice(0, key.indexOf('|'))));
  }
  return clusters.size === 0 ? ['DEFAULT'] : [...clusters].toSorted();
}
