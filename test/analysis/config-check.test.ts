/** What becomes of a difference between what is stored and what a node serves, look by look. */

import { describe, expect, it } from 'vitest';
import {
  confirmedBy, divergentConfigs, divergentItems, dueForLook, emptyConfigLedger, isFollowed, keepConfigs, noteLook, noteRotation, postpone, type ConfigLedger,
} from '../../src/analysis/config-check.ts';
import type { ServedConfig } from '../../src/model.ts';

const config = { namespace: 'public', group: 'G', dataId: 'app.yaml' };
const nodes = new Set(['n1', 'n2']);
const known = noteRotation(emptyConfigLedger, 'public', nodes);

/** `a` is content a, `-` nothing, `?` incomparable, `.` no answer. */
function servedAs(letters: string): ReadonlyMap<string, ServedConfig> {
  const kinds: Readonly<Record<string, ServedConfig>> = { '-': { kind: 'missing' }, '?': { kind: 'incomparable' } };
  return new Map([...letters].flatMap((letter, i) => (letter === '.' ? [] : [[`n${i + 1}`, kinds[letter] ?? { kind: 'content' as const, md5: letter }] as const])));
}

/** Looks as `seconds stored served`, and what each leaves: confirmed per node, followed or not. */
function after(looks: readonly string[], from: ConfigLedger = known): ConfigLedger {
  return looks.reduce((ledger, text) => {
    const [seconds = '', stored = '', served = ''] = text.split(' ');
    return noteLook(ledger, { ...config, stored: stored === '.' ? undefined : stored, served: servedAs(served) }, Number(seconds) * 1000);
  }, from);
}

const counts = (ledger: ConfigLedger): readonly number[] => ['n1', 'n2'].map((node) => divergentItems(ledger).get('public')?.get(node) ?? -1);

describe('a difference', () => {
  it.each([
    { what: 'none', looks: ['0 a aa'], counts: [0, 0], followed: false },
    { what: 'seen once', looks: ['0 a ab'], counts: [0, 0], followed: true },
    { what: 'seen twice too soon', looks: ['0 a ab', '29 a ab'], counts: [0, 0], followed: true },
    { what: 'seen twice 30 s apart', looks: ['0 a ab', '30 a ab'], counts: [0, 1], followed: true },
    { what: 'seen a third time', looks: ['0 a ab', '29 a ab', '31 a ab'], counts: [0, 1], followed: true },
    { what: 'of one that is missing', looks: ['0 a -a', '30 a -a'], counts: [1, 0], followed: true },
    { what: 'on both nodes', looks: ['0 a -b', '30 a -b'], counts: [1, 1], followed: true },
    { what: 'with other content each time, while the same is stored', looks: ['0 a ab', '30 a ac'], counts: [0, 1], followed: true },
    { what: 'while what is stored changes', looks: ['0 a ab', '30 c ab'], counts: [0, 0], followed: true },
    { what: 'once what is stored has stood still', looks: ['0 a ab', '30 c cb', '59 c cb', '60 c cb'], counts: [0, 1], followed: true },
    { what: 'of a change in flight', looks: ['0 a bb', '30 b bb'], counts: [0, 0], followed: false },
    { what: 'seen on another node the second time', looks: ['0 a ab', '30 a ba'], counts: [0, 0], followed: true },
    { what: 'that heals', looks: ['0 a ab', '30 a ab', '60 a aa'], counts: [0, 0], followed: false },
    { what: 'of which nothing is stored any more', looks: ['0 a ab', '30 a ab', '60 . bb'], counts: [0, 0], followed: false },
    { what: 'confirmed, and then stored anew', looks: ['0 a ab', '30 a ab', '60 c cb'], counts: [0, 1], followed: true },
    { what: 'confirmed, and the node moves after what was stored', looks: ['0 a ab', '30 a ab', '60 c ca'], counts: [0, 0], followed: true },
    { what: 'confirmed, and the node does not answer', looks: ['0 a ab', '30 a ab', '60 a a.'], counts: [0, 1], followed: true },
    { what: 'suspected, no answer while what is stored changes', looks: ['0 a ab', '30 c c.', '45 c cb', '60 c cb'], counts: [0, 1], followed: true },
    { what: 'suspected, no answer, too soon after the change', looks: ['0 a ab', '30 c c.', '45 c cb'], counts: [0, 0], followed: true },
    { what: 'that does not compare', looks: ['0 a a?', '30 a a?'], counts: [0, 0], followed: false },
    { what: 'confirmed, and then does not compare', looks: ['0 a ab', '30 a ab', '60 a a?'], counts: [0, 1], followed: true },
  ])('$what', ({ looks, counts: expected, followed }) => {
    const ledger = after(looks);
    expect(counts(ledger)).toEqual(expected);
    expect(isFollowed(ledger, 'public', config)).toBe(followed);
  });

  it('is told when it is confirmed, and once', () => {
    const steps = ['0 a -b', '30 a -b', '60 a -b'].map((_, i, all) => after(all.slice(0, i + 1)));
    const told = (i: number): readonly string[] => confirmedBy(steps[i - 1] ?? known, steps[i]!, { ...config, stored: 'a', served: new Map() }).map(({ node, what }) => `${node} ${what}`);
    expect([told(0), told(1), told(2)]).toEqual([[], ['n1 missing', 'n2 content'], []]);
    expect(divergentConfigs(steps[2]!)).toEqual([
      { ...config, node: 'n1', what: 'missing', since: 0 }, { ...config, node: 'n2', what: 'content', since: 0 },
    ]);
    expect(divergentConfigs(steps[2]!, 1)).toHaveLength(1);
  });

  it('is looked at again after 30 s, the one that waits longest first', () => {
    const second = { ...config, dataId: 'second' };
    const ledger = noteLook(after(['0 a ab']), { ...second, stored: 'a', served: servedAs('b') }, 1000);
    expect(dueForLook(ledger, 29_999)).toBeUndefined();
    expect(dueForLook(ledger, 40_000)?.dataId).toBe('app.yaml');
    expect(dueForLook(after(['30 a ab'], ledger), 40_000)?.dataId).toBe('second');
    expect(dueForLook(postpone(ledger, dueForLook(ledger, 40_000)!, 40_000), 40_000)?.dataId).toBe('second');
    expect(counts(after(['41 a ab'], postpone(ledger, dueForLook(ledger, 40_000)!, 40_000)))).toEqual([0, 1]);
  });
});

describe('what is known', () => {
  it('is nothing before a rotation is complete, and nothing once what is stored cannot be read', () => {
    expect(divergentItems(after(['0 a ab', '30 a ab'], emptyConfigLedger))).toEqual(new Map());
    expect(divergentItems(noteRotation(known, 'public', new Set()))).toEqual(new Map());
  });

  it('is nothing of a node that did not answer throughout', () => {
    expect(divergentItems(noteRotation(known, 'public', new Set(['n1'])))).toEqual(new Map([['public', new Map([['n1', 0]])]]));
  });

  it.each([
    { what: 'a node that is down', namespaces: ['public'], up: ['n1'], left: [['public', [['n1', 0]]]], followed: false },
    { what: 'a namespace that is gone', namespaces: ['other'], up: ['n1', 'n2'], left: [], followed: false },
    { what: 'all that is there', namespaces: ['public'], up: ['n1', 'n2'], left: [['public', [['n1', 0], ['n2', 1]]]], followed: true },
  ])('after a cut: $what', ({ namespaces, up, left, followed }) => {
    const ledger = keepConfigs(after(['0 a ab', '30 a ab']), new Set(namespaces), new Set(up));
    expect([...divergentItems(ledger)].map(([namespace, items]) => [namespace, [...items]])).toEqual(left);
    expect(isFollowed(ledger, 'public', config)).toBe(followed);
  });
});
