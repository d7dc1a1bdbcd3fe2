/** `SwitchDomain` as each generation spells it. */

import type { Traits } from './versions.ts';

export type SwitchDomain = Readonly<Record<string, unknown>>;

const before = {
  masters: null, adWeightMap: {}, defaultPushCacheMillis: 10000, clientBeatInterval: 5000, defaultCacheMillis: 3000,
  distroThreshold: 0.7, healthCheckEnabled: true, autoChangeHealthCheckEnabled: true, distroEnabled: true,
  enableStandalone: true, pushEnabled: true, checkTimes: 3,
  httpHealthParams: { max: 5000, min: 500, factor: 0.85 },
  tcpHealthParams: { max: 5000, min: 1000, factor: 0.75 },
  mysqlHealthParams: { max: 3000, min: 2000, factor: 0.65 },
  incrementalList: [], serverStatusSynchronizationPeriodMillis: 2000, serviceStatusSynchronizationPeriodMillis: 5000,
  disableAddIP: false, sendBeatOnly: false, lightBeatEnabled: true,
};

const after = {
  enableAuthentication: false, overriddenServerStatus: null, defaultInstanceEphemeral: true, healthCheckWhiteList: [],
  name: '00-00---000-NACOS_SWITCH_DOMAIN-000---00-00', checksum: null,
};

const clientVersions = { Go: '0.1.0', Java: '0.1.0', Python: '0.4.3', C: '1.0.12' };

/** The whole answer, with the values that were set on this node. */
export function switchDomain(traits: Traits, doubleWrite: boolean, set: ReadonlyMap<string, unknown>): SwitchDomain {
  const versions = Object.entries(clientVersions).map(([language, version]) =>
    traits.number >= 30_000 ? [`pushVersionOf${language}`, version] : [`push${language}Version`, version]);
  versions.push(traits.number >= 30_000 ? ['pushVersionOfCsharp', '0.9.0'] : ['pushCSharpVersion', '0.9.0']);
  return {
    ...before,
    ...(traits.generation === 'v2.0' ? { doubleWriteEnabled: doubleWrite } : {}),
    limitedUrlMap: {}, distroServerExpiredMillis: 10000,
    ...Object.fromEntries(versions),
    ...after,
    ...Object.fromEntries(set),
  };
}

export const booleanSwitches = [
  'healthCheckEnabled', 'autoChangeHealthCheckEnabled', 'distroEnabled', 'enableStandalone', 'pushEnabled', 'disableAddIP',
  'sendBeatOnly', 'lightBeatEnabled', 'enableAuthentication', 'defaultInstanceEphemeral',
] as const;
export type BooleanSwitch = (typeof booleanSwitches)[number];
