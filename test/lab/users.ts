/** Users, roles and permissions of a server, made by an administrator over the server's own API. */

import type { LabNode } from './cluster.ts';
import { admin } from './home.ts';
import { type PlainRequest, plainHttpOk } from './http.ts';
import { login } from './registry.ts';
import { releaseOf } from './versions.ts';

export interface User {
  readonly username: string;
  readonly password: string;
}

/** One right of a role: what of (`orders:*:*`), and `r`, `w` or `rw`. */
export interface Permission {
  readonly resource: string;
  readonly action: 'r' | 'w' | 'rw';
}

type Kind = 'user' | 'role' | 'permission';

async function ask(node: LabNode, kind: Kind, request: PlainRequest, as: User = admin): Promise<void> {
  const path = releaseOf(node.version).generation === 3 ? `/v3/auth/${kind}` : `/v1/auth/${kind}s`;
  const authorization = `Bearer ${await login(node, as)}`;
  await plainHttpOk(`${node.url}${path}`, { ...request, headers: { authorization } });
}

/** Resolves once the server lets the user in: it loads users, roles and permissions on a timer of 15 s. */
export async function createUser(node: LabNode, user: User, permissions: readonly Permission[]): Promise<void> {
  await ask(node, 'user', { method: 'POST', form: { ...user } });
  // Without a role a user has no permission at all.
  await ask(node, 'role', { method: 'POST', form: { role: roleOf(user), username: user.username } });
  for (const permission of permissions) await grant(node, user, permission);
  await login(node, user);
}

/** By the user itself, as 3.1.0 wants it. 2.0.4 answers 403 to whoever asks, and changes it all the same. */
export async function changePassword(node: LabNode, user: User, password: string): Promise<void> {
  await ask(node, 'user', { method: 'PUT', form: { username: user.username, newPassword: password } }, user).catch((error: unknown) => {
    if (node.version !== '2.0.4') throw error;
  });
  await login(node, { ...user, password });
}

export async function grant(node: LabNode, user: User, permission: Permission): Promise<void> {
  await ask(node, 'permission', { method: 'POST', form: { role: roleOf(user), ...permission } });
}

export async function revoke(node: LabNode, user: User, permission: Permission): Promise<void> {
  await ask(node, 'permission', { method: 'DELETE', query: { role: roleOf(user), ...permission } });
}

const roleOf = ({ username }: User): string => `${username}-role`;
