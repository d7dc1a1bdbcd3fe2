/**
 * gRPC connections: `{"1700000000000_10.0.0.9_54321":{"metaInfo":{"version":"Nacos-Java-Client:v2.1.0","labels":{"source":"sdk"},…},…}}`,
 * one object per connection, about 600 bytes each. A server with no connection answers `{}`.
 */

import type { Connections } from '../../model.ts';
import { fieldsAt, refuse } from './fields.ts';

export function connections(payload: unknown, at: string): Connections {
  let sdk = 0;
  let cluster = 0;
  const versions = new Map<string, number>();
  for (const [id, value] of Object.entries(fieldsAt(payload, at))) {
    const where = `${at}.${id}`;
    const meta = fieldsAt(fieldsAt(value, where)['metaInfo'], `${where}.metaInfo`);
    const source = fieldsAt(meta['labels'] ?? {}, `${where}.metaInfo.labels`)['source'];
    if (source === 'cluster') {
      cluster++;
      continue;
    }
    if (source !== undefined && source !== null && typeof source !== 'string') throw refuse(`${where}.metaInfo.labels.source`, 'a text', source);
    sdk++;
    const version = typeof meta['version'] === 'string' && meta['version'] !== '' ? meta['version'] : 'unknown';
    versions.set(version, (versions.get(version) ?? 0) + 1);
  }
  return { sdk, cluster, versions: Object.fromEntries(versions) };
}
