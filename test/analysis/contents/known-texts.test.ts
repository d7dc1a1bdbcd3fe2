import { describe, expect, it } from 'vitest';

import { canonicalText } from '../../../src/analysis/contents/canonical.ts';
import { digestOf } from '../../../src/analysis/contents/digest.ts';
import { createKnownTexts, textOf } from '../../../src/analysis/contents/known-texts.ts';
import type { InstanceRecord } from '../../../src/model.ts';

const plain: InstanceRecord = { cluster: 'DEFAULT', ip: '10.0.0.1', port: 8080, healthy: true, enabled: true, weight: 1, metadata: { version: '1', zone: 'a' } };
const other: InstanceRecord = { ...plain, ip: '10.0.0.2' };

describe('the digest of a service', () => {
  it('does not depend on the order of instances or of metadata', () => {
    const turned = { ...plain, metadata: { zone: 'a', version: '1' } };
    expect(digestOf([other, turned], true)).toEqual(digestOf([plain, other], true));
  });

  it.each<[string, Partial<InstanceRecord>]>([
    ['address', { ip: '10.0.0.3' }], ['port', { port: 8081 }], ['cluster', { cluster: 'c1' }], ['health', { healthy: false }], ['enabled', { enabled: false }],
    ['weight', { weight: 1.5 }], ['weight 0', { weight: 0 }], ['kind', { ephemeral: true }], ['other kind', { ephemeral: false }],
    ['value', { metadata: { version: '2', zone: 'a' } }], ['key', { metadata: { version: '1', zones: 'a' } }], ['swapped values', { metadata: { version: 'a', zone: '1' } }],
    ['no metadata', { metadata: {} }], ['moved border', { metadata: { version: '1z', one: 'a' } }],
  ])('changes with the %s, in both halves', (_, change) => {
    const [before, after] = [digestOf([plain], true), digestOf([{ ...plain, ...change }], true)];
    expect(after.low).not.toBe(before.low);
    expect(after.high).not.toBe(before.high);
  });

  it('tells one registration from two', () => {
    expect(digestOf([plain, plain], true)).not.toEqual(digestOf([plain], true));
  });

  it('tells the texts of thousands of like instances apart', () => {
    const digests = new Set<string>();
    for (let i = 0; i < 5_000; i++) {
      const { low, high } = digestOf([{ ...plain, ip: `10.0.${i >> 8}.${i & 255}`, metadata: { tag: String(1_760_000_000_000 + i) } }], true);
      digests.add(`${low} ${high}`);
    }
    expect(digests.size).toBe(5_000);
  });
});

describe('a known text', () => {
  it('is the canonical one, whichever was known before', () => {
    const known = createKnownTexts();
    const states = [[plain], [plain, other], [], [{ ...plain, healthy: false }], [plain], [{ ...plain, ephemeral: true }]];
    for (const kinds of [true, false]) {
      for (const state of states) for (const service of [0, 700]) expect(textOf(known, service, state, ['zone'], kinds)).toBe(canonicalText(state, ['zone'], kinds));
    }
  });

  it('leaves out the kind where it is not told apart', () => {
    const known = createKnownTexts();
    expect(textOf(known, 1, [{ ...plain, ephemeral: true }], [], false)).toBe(textOf(known, 1, [plain], [], false));
    expect(textOf(known, 1, [{ ...plain, ephemeral: true }], [], true)).toContain('|e\t');
  });
});
