/** Which generation a version belongs to, as far as a gate cares. A version that is not known belongs to none. */

/** 2.0.4 becomes 20004; undefined where the server tells none. */
export function numberOf(version: string | undefined): number | undefined {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '');
  return parts === null ? undefined : Number(parts[1]) * 10_000 + Number(parts[2]) * 100 + Number(parts[3] ?? 0);
}

const within = (version: string | undefined, from: number, to: number): boolean => {
  const number = numberOf(version);
  return number !== undefined && number >= from && number < to;
};

export const is1x = (version: string | undefined): boolean => within(version, 0, 20_000);
/** 2.0 and 2.1 keep 1.x's store beside their own, and write to both. */
export const hasTwoStores = (version: string | undefined): boolean => within(version, 20_000, 20_200);
/** 2.0.2 to 2.1.2 tell how the two stores compare. */
export const tellsStores = (version: string | undefined): boolean => within(version, 20_002, 20_200);
export const isFrom3 = (version: string | undefined): boolean => (numberOf(version) ?? 0) >= 30_000;
/** Peers of 1.1.x keep a wrong health for good. */
export const keepsWrongHealth = (version: string | undefined): boolean => within(version, 0, 10_200);
/** Before 1.2 there is no light beat to switch off. */
export const hasLightBeats = (version: string | undefined): boolean => (numberOf(version) ?? 0) >= 10_200;
/** From 1.4 on groups are JRaft's, and a node names their members. */
export const hasRaftGroups = (version: string | undefined): boolean => (numberOf(version) ?? 0) >= 10_400;

/** `2.0.4` is 2.0.4, `3.1.0` also 3.1.0-bugfix, `2.0` every 2.0. */
export function isVersion(version: string | undefined, wanted: string): boolean {
  return version === wanted || version?.startsWith(`${wanted}-`) === true || version?.startsWith(`${wanted}.`) === true;
}
