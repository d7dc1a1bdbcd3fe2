/**
 * From series to a message in the chat, all of it real but the chat: Prometheus with the shipped rules, Alertmanager with
 * the shipped routes, the exporter's relay, and a Feishu that checks signatures. On loopback.
 */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { type ChatMessage, type FakeChat, startFakeChat } from '../fakes/fake-chat.ts';
import { alertmanagerBinary, startAlertmanager } from './alertmanager.ts';
import { startPrometheus } from './prometheus.ts';
import { missing, prometheusTools } from './tools.ts';

const root = resolve(import.meta.dirname, '../..');
const rulesFile = resolve(root, 'alerts/nacos.rules.yaml');

/** Names of the alerts in these groups of the rules. */
export function alertsIn(...groups: readonly string[]): ReadonlySet<string> {
  const rules = parse(readFileSync(rulesFile, 'utf8')) as { readonly groups: readonly { readonly name: string; readonly rules: readonly { readonly alert?: string }[] }[] };
  const named = rules.groups.filter(({ name }) => groups.includes(name));
  if (named.length !== groups.length) throw new Error(`not all in the rules: ${groups.join(', ')}`);
  return new Set(named.flatMap((group) => group.rules.flatMap(({ alert }) => alert ?? [])));
}

/** What of all this is not installed here. */
export const pagingLacks = (): string[] => [...missing(prometheusTools), ...(alertmanagerBinary() === undefined ? ['alertmanager'] : [])];

const secret = 'SEC-of-the-lab-4711';

/** A chat, and what an exporter needs to write into it. */
export interface Chat {
  readonly fake: FakeChat;
  /** For the exporter's configuration; its files lie beside it. */
  readonly relay: object;
  readonly files: Readonly<Record<string, string>>;
}

export async function startChat(): Promise<Chat> {
  const fake = await startFakeChat('feishu', { secret });
  return {
    fake,
    relay: { feishu: { url_file: '$DIR/feishu-url', secret_file: '$DIR/feishu-secret' } },
    files: { 'feishu-url': `${fake.url}\n`, 'feishu-secret': `${secret}\n` },
  };
}

export interface PagingOptions {
  readonly chat: FakeChat;
  /** `host:port` of every exporter that is scraped. */
  readonly targets: readonly string[];
  /** `host:port` of the one that relays to the chat. */
  readonly relay: string;
}

export type AlertLabels = Readonly<Record<string, string>>;

/** A card, as a person reads its title. */
export interface Message {
  /** Milliseconds. */
  readonly at: number;
  readonly alertname: string;
  readonly cluster: string | undefined;
  readonly firing: number;
  readonly resolved: number;
  readonly text: string;
}

export interface Paging {
  /** Labels of the alerts that fire now. */
  firing(): Promise<readonly AlertLabels[]>;
  /** Of those that fired at any time of the last hour, however short. */
  fired(): Promise<readonly AlertLabels[]>;
  /** Of Prometheus, now. */
  query(expression: string): Promise<readonly { readonly labels: AlertLabels; readonly value: number }[]>;
  /** What people read, oldest first. */
  messages(): readonly Message[];
  /** Signatures and forms that the chat refused. */
  refusals(): readonly unknown[];
  stop(): Promise<void>;
}

export async function startPaging({ chat, targets, relay }: PagingOptions): Promise<Paging> {
  const alertmanager = await startAlertmanager({ config: JSON.stringify(shortened(relay)) });
  try {
    const prometheus = await startPrometheus({ targets, scrapeIntervalSeconds: 1, ruleFiles: [rulesFile], alertmanagers: [alertmanager.address] });
    const labelsOf = async (expression: string): Promise<readonly AlertLabels[]> => (await prometheus.query(expression)).map(({ labels }) => withoutMeta(labels));
    return {
      firing: () => labelsOf('ALERTS{alertstate="firing"}'),
      fired: () => labelsOf('last_over_time(ALERTS{alertstate="firing"}[1h])'),
      query: (expression) => prometheus.query(expression),
      messages: () => chat.messages.map(messageOf),
      refusals: () => chat.answers.filter(({ body }) => (body as { code?: unknown }).code !== 0).map(({ body }) => body),
      async stop() {
        await prometheus.stop();
        await alertmanager.stop();
      },
    };
  } catch (error) {
    await alertmanager.stop();
    throw error;
  }
}

interface Route {
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly routes?: readonly Route[];
}

/** The shipped configuration: its routes and inhibitions as they are, without waiting for groups, and only the chat is reached. */
function shortened(relay: string): object {
  const shipped = parse(readFileSync(resolve(root, 'deploy/alertmanager/alertmanager.yml'), 'utf8')) as {
    readonly route: Route;
    readonly receivers: readonly { readonly name: string; readonly webhook_configs?: readonly { readonly url: string }[] }[];
  };
  const soon = (route: Route): Route => ({ ...route, group_wait: '1s', group_interval: '5s', ...(route.routes === undefined ? {} : { routes: route.routes.map(soon) }) });
  const receivers = shipped.receivers.map(({ name, webhook_configs: hooks = [] }) => ({
    name,
    webhook_configs: hooks
      .filter(({ url }) => url.endsWith('/alertmanager/feishu'))
      .map((hook) => ({ ...hook, url: `http://${relay}/alertmanager/feishu` })),
  }));
  return { ...shipped, global: {}, templates: [], route: soon(shipped.route), receivers };
}

function withoutMeta(labels: AlertLabels): AlertLabels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== '__name__' && name !== 'alertstate'));
}

/** The title reads `FIRING 1 · RESOLVED 1 · NAME · nacos_cluster=NAME`. */
function messageOf({ at, body, text }: ChatMessage): Message {
  const title = (body as { card: { header: { title: { content: string } } } }).card.header.title.content;
  const number = (word: string): number => Number(new RegExp(`\\b${word} (\\d+)`).exec(title)?.[1] ?? 0);
  return {
    at, text,
    alertname: /\bNacos\w+/.exec(title)?.[0] ?? title,
    cluster: /nacos_cluster=(\S+)/.exec(title)?.[1],
    firing: number('FIRING'),
    resolved: number('RESOLVED'),
  };
}

/** `NAME severity cluster subject`, the way tests and people compare alerts. */
export function alertText({ alertname = '', severity = '', ...rest }: AlertLabels): string {
  return [alertname, severity, ...Object.entries(rest).toSorted(([a], [b]) => a.localeCompare(b)).map(([name, value]) => `${name}=${value}`)].join(' ');
}
