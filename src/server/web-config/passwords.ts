/**
 * Whether a user's password is right. The hash is worked out off the event loop and one at a time, for an unknown user like
 * for a known one; what was right once is remembered without the password.
 */

import { createHmac, randomBytes } from 'node:crypto';

import type { verify } from '@node-rs/bcrypt';

export type Login = 'right' | 'wrong' | 'busy';

export interface Passwords {
  /** `isGone` tells that nobody waits for the answer any more. */
  check(users: ReadonlyMap<string, string>, user: string, password: Uint8Array, isGone: () => boolean): Login | Promise<Login>;
}

type Compare = (...of: Parameters<typeof verify>) => Promise<boolean>;

/** Log-ins that are remembered; the one that was remembered first is forgotten first. */
const mostRemembered = 1000;
/** Log-ins that wait for their turn; with a hash of cost 10 some 4 s. */
const mostWaiting = 64;

/** Loaded when it is needed first: who asks for no password needs no native code. */
const bcrypt: Compare = async (password, hash) => (await import('@node-rs/bcrypt')).verify(password, hash);

export function createPasswords(compare: Compare = bcrypt): Passwords {
  const secret = randomBytes(32);
  const right = new Set<string>();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** The hash is part of it: a changed password is not remembered. */
  function keyOf(user: string, hash: string, password: Uint8Array): string {
    return createHmac('sha256', secret).update(`${Buffer.byteLength(user)}:${user}${hash}`).update(password).digest('base64');
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  async function compute(known: boolean, hash: string, password: Uint8Array, key: string, isGone: () => boolean): Promise<Login> {
    waiting += 1;
    try {
      const same = await inTurn(async () => (isGone() ? false : compare(password, hash)));
      if (!known || !same) return 'wrong';
      if (right.size >= mostRemembered) right.delete(right.values().next().value!);
      right.add(key);
      return 'right';
    } finally {
      waiting -= 1;
    }
  }

  return {
    check(users, user, password, isGone) {
      const hash = users.get(user);
      // Somebody's hash, so that an unknown user costs what a known one costs.
      const compared = hash ?? [...users.values()][0]!;
      const key = keyOf(user, compared, password);
      if (hash !== undefined && right.has(key)) return 'right';
      return waiting >= mostWaiting ? 'busy' : compute(hash !== undefined, compared, password, key, isGone);
    },
  };
}

export interface Credentials {
  readonly user: string;
  readonly password: Uint8Array;
}

/** Of an `Authorization` header: the user ends at the first colon. */
export function credentialsIn(authorization: string | undefined): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(':');
  return colon < 0 ? undefined : { user: bytes.subarray(0, colon).toString('utf8'), password: bytes.subarray(colon + 1) };
}
