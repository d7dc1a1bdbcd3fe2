/** Reads a node's catalogs, one namespace after another and one page at a time. */

import type { Limits } from '../config/config.ts';
import type { Catalog, Catalogs, Failure } from '../model.ts';
import { readCatalog, type CatalogHint } from '../nacos/catalog.ts';
import type { NodeClient } from '../nacos/client.ts';
import type { Dialect } from '../nacos/dialects/dialect.ts';
import { toFailure } from '../nacos/errors.ts';
import type { InternedNames } from '../nacos/service-names.ts';

export interface CountsReader {
  /** What could be read, with what one failure leaves standing, and the last failure; nothing where nothing could be read. */
  read(dialect: Dialect, namespaces: readonly string[]): Promise<CountsRead>;
}

export interface CountsRead {
  readonly catalogs: Catalogs;
  /** Milliseconds that the server took until its answers began. */
  readonly serverMs: number;
  readonly failure?: Failure;
}

/** After these the rest would only wait for the same time-out. */
export const silentReasons: ReadonlySet<string> = new Set(['timeout', 'connect', 'tls', 'protocol']);

/** `turn` is waited for before a page is decoded: the nodes are asked at the same moment. */
export function createCountsReader(
  client: NodeClient, namesOf: (namespace: string) => InternedNames, limits: Limits, turn?: () => Promise<void>,
): CountsReader {
  const hints = new Map<string, CatalogHint>();
  const pages = { ...limits, ...(turn === undefined ? {} : { turn }) };
  const failures = new Map<string, number>();
  const silencing = new Set<string>();
  let last: Catalogs = new Map();

  /** One failed read keeps a namespace's last catalog, as one failed stage keeps its value. */
  function keepOnce(namespace: string, catalogs: Map<string, Catalog>): void {
    const row = (failures.get(namespace) ?? 0) + 1;
    failures.set(namespace, row);
    const earlier = last.get(namespace);
    if (row < 2 && earlier !== undefined) catalogs.set(namespace, earlier);
  }

  return {
    async read(dialect, namespaces) {
      const catalogs = new Map<string, Catalog>();
      let serverMs = 0;
      let failure: Failure | undefined;
      let silent = false;
      let read = 0;
      // What silenced the node last time goes last: should it do so again, the others have been read.
      for (const namespace of namespaces.toSorted((a, b) => Number(silencing.has(a)) - Number(silencing.has(b)))) {
        try {
          if (silent) {
            keepOnce(namespace, catalogs);
            continue;
          }
          const page = await readCatalog(client, dialect, namespace, namesOf(namespace), hints.get(namespace), pages);
          hints.set(namespace, page.rowsHint);
          serverMs += page.serverMs;
          catalogs.set(namespace, page.catalog);
          failures.delete(namespace);
          silencing.delete(namespace);
          read++;
        } catch (error) {
          failure = toFailure(error);
          keepOnce(namespace, catalogs);
          silent = silentReasons.has(failure.reason);
          if (silent) silencing.add(namespace);
        }
      }
      if (read === 0 && failure !== undefined) return { catalogs: new Map(), serverMs, failure };
      last = catalogs;
      return { catalogs, serverMs, ...(failure === undefined ? {} : { failure }) };
    },
  };
}
