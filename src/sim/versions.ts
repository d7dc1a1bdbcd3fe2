/** What one release of Nacos does differently from another, as far as its HTTP answers show it. */

/** Generations with endpoints of their own: 1.4.x, 2.0 and 2.1, 2.2 to 2.5, 3.x. */
export type Generation = 'v1' | 'v2.0' | 'v2.2' | 'v3';

export interface Traits {
  readonly version: string;
  readonly generation: Generation;
  /** 2.2.4 becomes 20204. */
  readonly number: number;
  /** Content type of JSON answers: with a charset up to 2.1 (Spring Boot 2.1 and earlier). */
  readonly json: string;
  /** Zone of the timestamp in Spring's error JSON. */
  readonly zone: string;
  /** Spring's error JSON carries the message: in the recordings up to 2.1 only. */
  readonly errorMessage: boolean;
  /** Naming counts are a cache that only a push refreshes, so `pushEnabled=false` freezes them. */
  readonly pushFreezesCounts: boolean;
  /** Member reports travel over gRPC: a dead peer is SUSPICIOUS before it is DOWN. */
  readonly grpcReports: boolean;
}

export function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  return major * 10_000 + minor * 100 + patch;
}

function generationOf(number: number): Generation {
  if (number >= 30_000) return 'v3';
  if (number >= 20_200) return 'v2.2';
  return number >= 20_000 ? 'v2.0' : 'v1';
}

export function traitsOf(version: string): Traits {
  const number = versionNumber(version);
  const old = number < 20_200;
  return {
    version,
    generation: generationOf(number),
    number,
    json: old ? 'application/json;charset=UTF-8' : 'application/json',
    zone: number < 20_000 ? '+0000' : '+00:00',
    errorMessage: old,
    pushFreezesCounts: number >= 20_000,
    grpcReports: number >= 20_200,
  };
}

/** JRaft groups that this release takes part in, in the order in which it lists them. */
export function raftGroupsOf(traits: Traits, options: { readonly standalone: boolean; readonly embeddedStorage: boolean }): readonly string[] {
  const groups: string[] = [];
  if (traits.number >= 30_000) groups.push('lock_acquire_service_v2');
  if (options.embeddedStorage && !options.standalone) groups.push('nacos_config');
  if (traits.number >= 20_000) groups.push('naming_instance_metadata');
  if (traits.number >= 30_000 || !options.standalone) groups.push('naming_persistent_service');
  if (traits.number >= 20_000) groups.push('naming_persistent_service_v2', 'naming_service_metadata');
  // Standalone 1.x has no raft at all, and 2.2 shows none.
  if (options.standalone && (traits.number < 20_000 || traits.generation === 'v2.2')) return [];
  return groups;
}
