/**
 * Compares what each node serves to clients of the config center with what is stored, in a loop of its own: page by page through
 * every namespace, item by item, one node after another. Whatever differs is looked at again in turns with that. Every request
 * waits for its place in the budget, so no node is ever asked two things at a time.
 */

import { createHash } from 'node:crypto';
import {
  confirmedBy, divergentConfigs, dueForLook, emptyConfigLedger, isFollowed, keepConfigs, noteLook, noteRotation, postpone, type ConfigLedger, type ConfigLook,
  type DivergentConfig,
} from '../analysis/config-check.ts';
import type { ConfigCheckConfig } from '../config/config.ts';
import type { ConfigCheckView } from '../metrics/view.ts';
import type { ConfigKey, ServedConfig, StoredConfig } from '../model.ts';
import type { NodeClient } from '../nacos/client.ts';
import type { Call, ConfigPage, ConfigQuery, ConfigSource, Dialect } from '../nacos/dialects/dialect.ts';
import { toFailure } from '../nacos/errors.ts';
import type { Log } from './failure-log.ts';
import { createPatient, Stopped } from './patient.ts';

export interface ConfigCheckDeps {
  readonly cluster: string;
  readonly config: ConfigCheckConfig;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly timeoutMs: number;
  /** Nodes that are up, each answering for itself. */
  readonly nodes: () => readonly { readonly node: string; readonly client: NodeClient; readonly dialect: Dialect | undefined }[];
  readonly namespaces: () => readonly string[];
  readonly log: { readonly info: Log; readonly warn: Log };
  /** Something may have to be told anew. */
  readonly changed: () => void;
}

export interface ConfigCheck {
  /** Begins; a second call does nothing. */
  start(): void;
  view(): ConfigCheckView;
  stop(): Promise<void>;
}

interface Asked {
  readonly node: string;
  readonly client: NodeClient;
  readonly configs: ConfigSource;
}

/** Items of one list. Smaller ones where contents are so large that an answer exceeds `limits.response_size`. */
const pageSizes = [100, 10, 1] as const;
/** Before it is tried again where there was nothing to do, or nobody to ask. */
const idleMs = 10_000;
const attempts = 2;

export function createConfigCheck(deps: ConfigCheckDeps): ConfigCheck {
  const { now } = deps;
  const patient = createPatient(deps.wait);
  const gapMs = 60_000 / deps.config.requestsPerMinute;
  const failing = new Set<string>();
  let ledger: ConfigLedger = emptyConfigLedger;
  /** Namespaces and nodes that the ledger was last cut down to. */
  let kept = '';
  let freeAt = 0;
  let running: Promise<void> | undefined;

  function able(): readonly Asked[] {
    return deps.nodes().flatMap(({ node, client, dialect }) => (dialect?.configs === undefined ? [] : [{ node, client, configs: dialect.configs }]));
  }

  /** In its place of the budget. Throws what the client throws. */
  async function request<T>({ client }: Asked, call: Call<T>): Promise<T> {
    await patient.sleep(freeAt - now());
    freeAt = now() + gapMs;
    return (await patient.orStop(client.call(call, { timeoutMs: deps.timeoutMs }))).value;
  }

  /** Tells a failure once, until it is over, and without the words of the answer: they may be somebody's configuration. */
  async function tried<T>(asked: Asked, call: Call<T>): Promise<T | ReturnType<typeof toFailure>['reason']> {
    const key = `${call.api} ${asked.node}`;
    try {
      const value = await request(asked, call);
      failing.delete(key);
      return value;
    } catch (error) {
      if (error instanceof Stopped) throw error;
      const { reason, httpStatus } = toFailure(error);
      if (!failing.has(key)) deps.log.warn({ cluster: deps.cluster, node: asked.node, api: call.api, reason, ...(httpStatus === undefined ? {} : { status: httpStatus }) }, 'configurations could not be read');
      failing.add(key);
      return reason;
    }
  }

  /** What is stored, from the first node that tells. */
  async function listed(namespace: string, asked: ConfigQuery): Promise<ConfigPage | 'too_large' | undefined> {
    for (const node of able()) {
      const page = await tried(node, node.configs.list(namespace, asked, md5));
      if (typeof page === 'object' || page === 'too_large') return page;
    }
    return undefined;
  }

  async function servedBy(namespace: string, { group, dataId }: ConfigKey): Promise<ReadonlyMap<string, ServedConfig>> {
    const served = new Map<string, ServedConfig>();
    for (const node of able()) {
      for (let attempt = 0; attempt < attempts && !served.has(node.node); attempt++) {
        const answer = await tried(node, node.configs.served(namespace, group, dataId));
        if (typeof answer === 'object') served.set(node.node, answer);
      }
    }
    return served;
  }

  function note(look: ConfigLook): void {
    const before = ledger;
    ledger = noteLook(ledger, look, now());
    for (const found of confirmedBy(before, ledger, look)) deps.log.info(tellable(deps.cluster, found), 'a node serves another configuration than is stored');
    if (ledger !== before) deps.changed();
  }

  /** What is stored is read last: had it changed before the nodes were asked, it would show. False where nobody tells. */
  async function compare(namespace: string, { group, dataId }: ConfigKey, served: ConfigLook['served']): Promise<boolean> {
    const page = await listed(namespace, { group, dataId, pageNo: 1, pageSize: 1 });
    if (typeof page !== 'object') return false;
    note({ namespace, group, dataId, stored: page.items.find((item) => item.group === group && item.dataId === dataId)?.md5, served });
    return true;
  }

  /** Another look at what differs. */
  async function followUp(): Promise<void> {
    forget();
    const due = dueForLook(ledger, now());
    if (due === undefined) return;
    const served = await servedBy(due.namespace, due);
    if (!(await compare(due.namespace, due, served))) ledger = postpone(ledger, due, now());
  }

  /** Namespaces and nodes come and go. */
  function forget(): void {
    const namespaces = deps.namespaces();
    const nodes = able().map(({ node }) => node);
    const there = [...namespaces, '', ...nodes].join(' ');
    if (there !== kept) ledger = keepConfigs(ledger, new Set(namespaces), new Set(nodes));
    kept = there;
  }

  /** False where what is stored could not be read. */
  async function rotate(namespace: string, pageSize: number): Promise<boolean | 'too_large'> {
    const whole = new Set(able().map(({ node }) => node));
    for (let pageNo = 1; ; pageNo++) {
      const page = await listed(namespace, { pageNo, pageSize });
      if (typeof page !== 'object') return page ?? false;
      for (const stored of page.items) {
        if (!isFollowed(ledger, namespace, stored)) {
          const served = await servedBy(namespace, stored);
          for (const node of whole) if (!served.has(node)) whole.delete(node);
          // The page may be minutes old.
          if (differs(stored, served)) await compare(namespace, stored, served);
        }
        await followUp();
      }
      if (page.rows === 0 || pageNo * pageSize >= page.total) break;
    }
    const up = new Set(able().map(({ node }) => node));
    ledger = noteRotation(ledger, namespace, new Set([...whole].filter((node) => up.has(node))));
    deps.changed();
    return true;
  }

  async function rotateInPages(namespace: string): Promise<void> {
    let done: boolean | 'too_large' = 'too_large';
    for (const size of pageSizes) {
      if (done === 'too_large') done = await rotate(namespace, size);
    }
    if (done === true) return;
    ledger = noteRotation(ledger, namespace, new Set());
    deps.changed();
  }

  async function rounds(): Promise<void> {
    for (;;) {
      const namespaces = deps.namespaces();
      const before = freeAt;
      for (const namespace of namespaces) {
        await followUp();
        await rotateInPages(namespace);
      }
      if (freeAt === before) await patient.sleep(idleMs);
    }
  }

  return {
    start() {
      running ??= rounds().catch((error: unknown) => {
        if (!(error instanceof Stopped)) deps.log.warn({ cluster: deps.cluster, error: String(error) }, 'comparing configurations ended');
      });
    },
    view: () => ({ ledger, divergent: () => divergentConfigs(ledger) }),
    async stop() {
      patient.stop();
      await running;
    },
  };
}

function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

function differs({ md5: stored }: StoredConfig, served: ConfigLook['served']): boolean {
  return [...served.values()].some((config) => config.kind === 'missing' || (config.kind === 'content' && config.md5 !== stored));
}

function tellable(cluster: string, { namespace, group, dataId, node, what, since }: DivergentConfig) {
  return { cluster, node, namespace, group, dataId, what, since: new Date(since).toISOString() };
}
