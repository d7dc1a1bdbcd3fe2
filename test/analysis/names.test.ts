/** Allow and deny lists. */

import { expect, it } from 'vitest';
import { allows } from '../../src/analysis/names.ts';

it.each([
  { allow: [], deny: [], name: 'anything', allowed: true },
  { allow: ['a'], deny: [], name: 'a', allowed: true },
  { allow: ['a'], deny: [], name: 'ab', allowed: false },
  { allow: ['a*'], deny: [], name: 'ab', allowed: true },
  { allow: ['a*'], deny: [], name: 'a', allowed: true },
  { allow: ['*a'], deny: [], name: 'ba', allowed: true },
  { allow: ['*a'], deny: [], name: 'ab', allowed: false },
  { allow: ['*'], deny: [], name: '', allowed: true },
  { allow: ['a*a'], deny: [], name: 'a', allowed: false },
  { allow: ['a*a'], deny: [], name: 'aa', allowed: true },
  { allow: ['a*b*c'], deny: [], name: 'axxbyyc', allowed: true },
  { allow: ['a*b*c'], deny: [], name: 'axxcyyc', allowed: false },
  { allow: ['a*bc*c'], deny: [], name: 'abc', allowed: false },
  { allow: ['*b*b*'], deny: [], name: 'ab', allowed: false },
  { allow: ['a.c'], deny: [], name: 'abc', allowed: false },
  { allow: [], deny: ['a*'], name: 'ab', allowed: false },
  { allow: [], deny: ['a*'], name: 'b', allowed: true },
  { allow: ['ab'], deny: ['a*'], name: 'ab', allowed: false },
  { allow: ['x', 'a*'], deny: ['*b'], name: 'ac', allowed: true },
])('allow $allow, deny $deny: $name is $allowed', ({ allow, deny, name, allowed }) => {
  expect(allows({ allow, deny }, name)).toBe(allowed);
});
