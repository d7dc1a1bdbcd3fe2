/** Namespaces as the console knows them, and as the services in them show. */

import type { Namespace } from '../../model.ts';
import { fieldsAt, isCount, listAt, refuse, textAt } from './fields.ts';

/** The default namespace is the empty string in 1.x and 2.x lists and in r-nacos, `public` in 3.x and in naming's own API. */
export function canonicalNamespace(id: string): string {
  return id === '' ? 'public' : id;
}

/** `[{"namespace":"","namespaceShowName":"public","configCount":4,…}]`. Somebody may have made one of the id `public` besides: one of them counts. */
export function namespaces(payload: unknown, at: string): readonly Namespace[] {
  const byId = new Map<string, Namespace>();
  for (const [i, value] of listAt(payload, at).entries()) {
    const row = fieldsAt(value, `${at}[${i}]`);
    const raw = row['namespace'];
    if (typeof raw !== 'string') throw refuse(`${at}[${i}].namespace`, 'a text', raw);
    const id = canonicalNamespace(raw);
    const configs = row['configCount'];
    if (!byId.has(id)) byId.set(id, { id, name: textAt(row, 'namespaceShowName', `${at}[${i}]`), ...(isCount(configs) ? { configs } : {}) });
  }
  return [...byId.values()];
}

/** r-nacos writes a `configCount` of 0 whatever is stored (recorded: 0.8.8). */
export function namespacesWithoutConfigs(payload: unknown, at: string): readonly Namespace[] {
  return namespaces(payload, at).map(({ id, name }) => ({ id, name }));
}

/**
 * `/v1/ns/service/names`: `{"services":{"public":[…]}}`, from 2.2.1 on literally `{"META-INF/services":{…}}`. Naming never
 * checks that a namespace exists, so some are only seen here.
 */
export function namespacesWithServices(payload: unknown, at: string): readonly string[] {
  const body = fieldsAt(payload, at);
  const key = body['services'] === undefined ? 'META-INF/services' : 'services';
  const names = fieldsAt(body[key], `${at}.${key}`);
  const ids = new Set<string>();
  for (const [id, services] of Object.entries(names)) {
    if (listAt(services, `${at}.${key}.${id}`).length > 0) ids.add(canonicalNamespace(id));
  }
  return [...ids];
}
