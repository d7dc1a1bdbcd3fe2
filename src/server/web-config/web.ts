/** Our own listener's security, put together: what the application and its server need of the web configuration. */

import type { IncomingMessage, Server } from 'node:http';

import type { Lifecycle } from '../../config/config.ts';
import type { ConfigIssue } from '../../config/issues.ts';
import { createGate } from './gate.ts';
import { createKeeper, type KeeperDeps } from './keeper.ts';
import { lifecycleRefusal } from './lifecycle.ts';
import { createListener, type Handler, type Timeouts } from './listener.ts';
import { createPasswords } from './passwords.ts';

export interface WebDeps extends KeeperDeps {
  readonly log: KeeperDeps['log'] & { debug(data: object, message: string): void };
  /** Milliseconds. */
  now(): number;
  lifecycle(): Lifecycle;
}

export interface Web {
  serverFactory(handler: Handler, timeouts: Timeouts): Server;
  /** Headers of every answer, over our own; an empty text leaves one out. */
  headers(): ReadonlyMap<string, string>;
  /** Why a call for a reload is refused. */
  mayNotReload(request: IncomingMessage): string | undefined;
  /** Takes another file, or the same one anew; the mistakes for which the one before stays in force. */
  reload(path: string | undefined): readonly ConfigIssue[];
}

/** Throws where the file cannot be used. */
export function openWebSecurity({ lifecycle, now, log, ...deps }: WebDeps): Web {
  const keeper = createKeeper({ ...deps, log });
  const gate = createGate({ keeper, passwords: createPasswords(), now });
  return {
    serverFactory: (handler, timeouts) => createListener({ keeper, gate, log }, handler, timeouts),
    headers: () => keeper.current().headers,
    mayNotReload: (request) => lifecycleRefusal(lifecycle(), keeper.current(), request),
    reload: keeper.reload,
  };
}
