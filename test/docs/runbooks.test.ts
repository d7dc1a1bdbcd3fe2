/** Every alert has its runbook in both languages, and what runbooks and migrations name exists: metrics, labels, gates. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const docs = new URL('../../docs/', import.meta.url);
const rulesFile = new URL('../../alerts/nacos.rules.yaml', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, docs), 'utf8');

/** The alerts that users may rely on, by the groups of the index. */
const promised = [
  // Nodes
  'NacosClusterDown', 'NacosQuorumLost', 'NacosQuorumAtRisk', 'NacosNodeDown', 'NacosNodeNotReady', 'NacosNodeJoinStuck', 'NacosMembershipDisagreement',
  'NacosMixedVersions', 'NacosSwitchDrift', 'NacosClockSkew', 'NacosDatabaseUnavailable', 'NacosRaftNoLeader', 'NacosRaftSplitBrain',
  'NacosRaftLeaderChurn', 'NacosConnectionsDropped',
  // Data
  'NacosNodeDataDivergence', 'NacosNodeCatalogEmpty', 'NacosNodeMissingInstances', 'NacosClientCountsDisagree', 'NacosConfigDivergence',
  'NacosMetadataOutlivesRegistration',
  // Loss
  'NacosMassDeregistration', 'NacosMassUnhealthy', 'NacosServiceVanished', 'NacosProtectionTriggered', 'NacosInstanceFlapping',
  'NacosTemporaryDeregistration',
  // Beats and push
  'NacosBeatsOverdue', 'NacosCanaryFailing', 'NacosBeatSlow', 'NacosReplicationSlow', 'NacosPushFailureRateHigh', 'NacosPushSlow', 'NacosEmptyPush',
  'NacosConfigCenterFailing',
  // Upgrade
  'NacosUpgradeInProgress', 'NacosUpgradeStalled', 'NacosUpgradeReverted', 'NacosDoubleWriteLeftOn', 'NacosDoubleWriteInconsistent',
  // Exporter
  'NacosExporterDown', 'NacosPollStale', 'NacosPollFailing', 'NacosAuthenticationFailing', 'NacosSignalUnavailable', 'NacosSeriesDropped',
  'NacosShardMissing', 'NacosNotificationsFailing', 'NacosConfigReloadFailed', 'NacosWatchdog',
];
const ruled = existsSync(rulesFile) ? [...readFileSync(rulesFile, 'utf8').matchAll(/^\s*-?\s*alert:\s*["']?(\w+)/gm)].map((match) => match[1]!) : [];
const alerts = [...new Set([...promised, ...ruled])];

/** Labels, and a raft group of Nacos, that look like families. */
const notFamilies = new Set(['nacos_cluster', 'nacos_node', 'nacos_config']);

const gates = new Set([
  'consistent', 'ready-to-upgrade', 'safe-to-stop', 'node-back', 'ready-to-close-double-write', 'double-write-off', 'upgraded', 'listed', 'joined',
  'removable', 'removed', 'drained', 'gone', 'ready-to-roll-back', 'restored',
]);

/** What changes or burdens a server behind the back of whoever calls it. */
const neverCalled = [
  /reset=true/, /loader\/reload/i, /smartReload/i, /distro\/(checksum|datum)\b/, /\/cs\/ops\//, /\/core\/ops\//, /switch\/lookup/, /udpPort=/,
  /User-Agent: Nacos-Server/, /service\/subscribers(?![^`]*aggregation=false)/,
];

interface Language {
  readonly runbooks: string;
  readonly migration: string;
  readonly parts: readonly string[];
}

const languages: readonly Language[] = [
  { runbooks: 'runbooks.md', migration: 'migration.md', parts: ['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'What not to do'] },
  { runbooks: 'runbooks.zh.md', migration: 'migration.zh.md', parts: ['含义', '影响', '排查', '处理', '切忌'] },
];
const files = languages.flatMap(({ runbooks, migration }) => [runbooks, migration]);

/** Alert name to the text below its heading; a name that comes twice is there twice. */
function sections(text: string): readonly (readonly [string, string])[] {
  return text.split(/^(?=#{1,3} )/m).flatMap((part): [string, string][] => {
    const [, name, body] = /^### (Nacos\w+)\n([\s\S]*)$/.exec(part) ?? [];
    return name === undefined ? [] : [[name, body!]];
  });
}

/** Part to its text, in the order of the section. */
function partsOf(body: string): ReadonlyMap<string, string> {
  const pieces = body.split(/^\*\*([^*]+)\*\*[:：]?/m).slice(1);
  return new Map(Array.from({ length: pieces.length / 2 }, (_, i) => [pieces[2 * i]!, pieces[2 * i + 1]!.trim()]));
}

const fenced = (text: string): string => [...text.matchAll(/^ *```\w+\n([\s\S]*?)^ *```$/gm)].map((match) => match[1]!).join('\n');
const spans = (text: string): readonly string[] => [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
const codeOf = (text: string): readonly string[] => [...spans(text), fenced(text)];
/** What one types: shell commands and PromQL. */
const commands = (text: string): readonly string[] => spans(text).filter((code) => /^(curl|events|nacos-exporter|promtool|amtool) /.test(code) || /nacos_\w+[{ )]/.test(code));

const labelsOf = new Map([...read('metrics.md').matchAll(/^\| `(nacos_[a-z0-9_]+)` \| \w+ \| ([^|]*) \|/gm)]
  .map((match) => [match[1]!, match[2]!.split(/[`, ]+/).filter((label) => label !== '')] as const));
const families = new Set(labelsOf.keys());
const family = (name: string): string => (families.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''));

function unknownFamilies(text: string): readonly string[] {
  const names = codeOf(text).flatMap((code) => code.match(/\bnacos_[a-z0-9_]+/g) ?? []);
  const known = (name: string): boolean => notFamilies.has(name) || families.has(family(name)) || (name.endsWith('_') && [...families].some((each) => each.startsWith(name)));
  return names.filter((name) => !known(name));
}

/** Labels in a family's selector that the reference of metrics does not give it. */
function unknownLabels(text: string): readonly string[] {
  return codeOf(text).flatMap((code) => [...code.matchAll(/\b(nacos_[a-z0-9_]+)\{([^}]*)\}/g)].flatMap(([, name = '', selector = '']) => {
    const labels = labelsOf.get(family(name));
    return [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map((match) => match[1]!).filter((label) => labels?.includes(label) === false).map((label) => `${name}{${label}}`);
  }));
}

function unknownGates(text: string): readonly string[] {
  return codeOf(text).flatMap((code) => [...code.matchAll(/(?<!config |promtool )\bcheck ([a-z][a-z-]*)/g)].map((match) => match[1]!)).filter((gate) => !gates.has(gate) && gate !== 'rules');
}

const forbidden = (text: string): readonly string[] => neverCalled.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);

describe.each(languages)('$runbooks', ({ runbooks, parts }) => {
  const text = read(runbooks);
  const bodies = new Map(sections(text));

  it('has one section for each alert, and no other', () => {
    expect(sections(text).map(([name]) => name).toSorted()).toEqual(alerts.toSorted());
  });

  it('lists each alert once in its index', () => {
    const index = text.slice(0, text.indexOf('\n### '));
    expect([...index.matchAll(/\[(Nacos\w+)\]\(#(\w+)\)/g)].map((match) => match[1]!).toSorted()).toEqual(alerts.toSorted());
  });

  it.each(alerts)('%s has the five parts, in order and filled', (name) => {
    const found = partsOf(bodies.get(name) ?? '');
    expect([...found.keys()]).toEqual(parts);
    expect([...found.values()].filter((part) => part.length < 15)).toEqual([]);
    expect(found.get(parts[2]!)).toMatch(/^1\. /);
    expect(found.get(parts[3]!)).toMatch(/^1\. /);
    expect(found.get(parts[4]!)).toMatch(/^- /);
  });

  it('speaks of calls that must not be made only where it warns of them', () => {
    const elsewhere = [...bodies].flatMap(([name, body]) => [...partsOf(body)].filter(([part]) => part !== parts[4]).flatMap(([part, said]) => forbidden(said).map((what) => `${name}, ${part}: ${what}`)));
    expect(elsewhere).toEqual([]);
    expect(forbidden(text.slice(0, text.indexOf('\n### ')))).toEqual([]);
    expect(forbidden(text).length).toBeGreaterThan(4);
  });
});

describe('both languages', () => {
  const [english, chinese] = languages.map(({ runbooks }) => new Map(sections(read(runbooks)).map(([name, body]) => [name, commands(body).toSorted()])));

  it.each(alerts)('give the same commands for %s', (name) => {
    expect(english!.get(name)?.length).toBeGreaterThan(0);
    expect(chinese!.get(name)).toEqual(english!.get(name));
  });

  it('give the same commands for migrations', () => {
    const [first, second] = languages.map(({ migration }) => commands(read(migration)).toSorted());
    expect(first!.length).toBeGreaterThan(30);
    expect(second).toEqual(first);
    expect(languages.flatMap(({ migration }) => forbidden(read(migration)))).toEqual([]);
  });
});

describe.each(files)('%s', (file) => {
  const text = read(file);

  it('names only families and labels that exist', () => {
    expect(unknownFamilies(text)).toEqual([]);
    expect(unknownLabels(text)).toEqual([]);
  });

  it('names only gates that exist', () => {
    expect(unknownGates(text)).toEqual([]);
    expect(codeOf(text).join('\n')).toMatch(/check node-back/);
  });
});

describe('these checks', () => {
  it('would notice', () => {
    expect(unknownFamilies('`nacos_node_upp == 0` `nacos_canary_beat_seconds_bucket` `nacos_node_up_bucket_x`')).toEqual(['nacos_node_upp', 'nacos_node_up_bucket_x']);
    expect(unknownLabels('`nacos_node_up{nacos_cluster="a", node="b"}`')).toEqual(['nacos_node_up{node}']);
    expect(unknownGates('`nacos-exporter check nodeback 10.0.0.1:8848` `nacos-exporter config check`')).toEqual(['nodeback']);
    expect(forbidden('push/state?reset=true and distro/datums, distro/datum')).toEqual(['reset=true', 'distro/datum']);
    expect([...partsOf('**One**: first\n\n**Two**\n\n1. second').entries()]).toEqual([['One', 'first'], ['Two', '1. second']]);
  });
});
