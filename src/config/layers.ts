/** Turns each source of values into settings: the file with its clusters, the environment, the flags. */

import { dirname, isAbsolute, join } from 'node:path';
import { readYaml, type Path, type YamlFile } from './document.ts';
import { issueAt, type ConfigIssue, type Origin } from './issues.ts';
import { hint } from './nearest.ts';
import { options, secretKeys, variableOf, variablePrefix, type Option } from './options.ts';
import type { Setting, Settings } from './settings.ts';
import { checkCluster, checkTop, checkValue, clusterRows, topRows, type Checked } from './shape.ts';

export interface Layer {
  readonly settings: Settings;
  readonly issues: readonly ConfigIssue[];
}

export interface FileLayer extends Layer {
  /** Absent where the file has no usable list of clusters; an entry that is no mapping has no settings. */
  readonly clusters: readonly { readonly settings: Settings; readonly origin: Origin }[];
  /** The list of clusters could not be read, or nothing of the file: that it names none may not be concluded. */
  readonly clustersUnknown: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const own = (object: unknown, key: string): unknown =>
  typeof object === 'object' && object !== null && Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;

const pick = (data: unknown, keys: readonly string[]): unknown => keys.reduce(own, data);

const covers = (upper: Path, lower: Path): boolean => upper.every((part, i) => part === lower[i]);

/** A checked mapping as settings, relative paths counted from the file's folder. */
function settingsOf(file: YamlFile, folder: string, rows: readonly Option[], raw: unknown, checked: Checked, prefix: Path): Settings {
  const settings = new Map<string, Setting>();
  for (const row of rows) {
    const path = row.key.split('.');
    const value = pick(checked.data, path) ?? undefined;
    const broken = checked.problems.some((problem) => covers(problem.path, path) || covers(path, problem.path));
    if (value === undefined && !broken) continue;
    const written = pick(raw, path);
    const items = Array.isArray(written)
      ? written.map((_, i) => [...path, i]).filter((item) => !checked.problems.some((problem) => covers(problem.path, item)))
      : [];
    settings.set(row.key, {
      ...(value === undefined ? {} : { value: row.type.kind === 'path' ? resolve(folder, value as string) : value }),
      origin: file.valueAt([...prefix, ...path]),
      broken,
      items: items.map((item) => file.valueAt([...prefix, ...item])),
    });
  }
  return settings;
}

const resolve = (folder: string, path: string): string => (isAbsolute(path) ? path : join(folder, path));

const problemsOf = (file: YamlFile, checked: Checked, prefix: Path): readonly ConfigIssue[] =>
  checked.problems.map(({ path, atKey, mistake }) =>
    issueAt(atKey ? file.keyAt([...prefix, ...path]) : file.valueAt([...prefix, ...path]), mistake.code, mistake.message));

export function fileLayer(name: string, text: string): FileLayer {
  const file = readYaml(name, text);
  const folder = dirname(name);
  const top = checkTop(file.raw);
  const issues = [...file.issues, ...problemsOf(file, top, [])];
  const list = own(file.raw, 'clusters');
  const clusters = (Array.isArray(list) ? list : []).map((raw: unknown, i) => {
    const prefix = ['clusters', i];
    const checked = checkCluster(raw);
    issues.push(...problemsOf(file, checked, prefix));
    return { settings: settingsOf(file, folder, clusterRows, raw, checked, prefix), origin: file.valueAt(prefix) };
  });
  return {
    settings: settingsOf(file, folder, topRows, file.raw, top, []),
    clusters,
    clustersUnknown: file.issues.some((issue) => issue.code === 'yaml_syntax') || top.problems.some(({ path }) => path.length === 0 || path[0] === 'clusters'),
    issues,
  };
}

function textLayer(texts: ReadonlyMap<Option, readonly string[]>, origin: (row: Option) => Origin): Layer {
  const settings = new Map<string, Setting>();
  const issues: ConfigIssue[] = [];
  for (const [row, given] of texts) {
    const checked = checkValue(row, row.type.fromTexts(given));
    const place = origin(row);
    issues.push(...checked.problems.map(({ mistake }) => issueAt(place, mistake.code, mistake.message)));
    const items = Array.isArray(checked.data) ? checked.data.map(() => place) : [];
    settings.set(row.key, { ...(checked.data === undefined ? {} : { value: checked.data }), origin: place, broken: checked.problems.length > 0, items });
  }
  return { settings, issues };
}

export function flagLayer(values: ReadonlyMap<string, readonly string[]>): Layer {
  const texts = options.flatMap((row: Option): [Option, readonly string[]][] => {
    const found = row.flag === undefined ? undefined : values.get(row.flag);
    return found === undefined ? [] : [[row, found]];
  });
  return textLayer(new Map(texts), (row) => ({ path: `--${row.flag}` }));
}

// Kubernetes describes a service called nacos-exporter to its pods by variables of these names.
const serviceLinks = /^NACOS_EXPORTER_(?:SERVICE_HOST|SERVICE_PORT|PORT)(?:_|$)/;

/** An empty variable counts as unset. A secret's own variable becomes its source, so that its value stays where it is. */
export function environmentLayer(env: Environment): Layer {
  const texts = new Map<Option, readonly string[]>();
  const known = new Set<string>();
  for (const row of options as readonly Option[]) {
    const variable = variableOf(row);
    if (variable === undefined) continue;
    known.add(variable);
    const value = env[variable];
    if (value === undefined || value === '') continue;
    if (row.secret === true) texts.set(options.find((other) => other.key === `${row.key}_env`)!, [variable]);
    else texts.set(row, [value]);
  }
  const layer = textLayer(texts, (row) => ({ path: originVariable(row) }));
  const strangers = Object.keys(env).filter((name) => name.startsWith(variablePrefix) && !known.has(name) && !serviceLinks.test(name) && env[name] !== '');
  const warnings = strangers.map((name) => issueAt({ path: name }, 'unknown_variable', `unknown environment variable${hint(name, [...known])}`));
  return { settings: layer.settings, issues: [...layer.issues, ...warnings] };
}

function originVariable(row: Option): string {
  const secret = secretKeys.find((key) => row.key === `${key}_env`);
  const named = secret === undefined ? row : (options as readonly Option[]).find((other) => other.key === secret)!;
  return variableOf(named) ?? row.key;
}
