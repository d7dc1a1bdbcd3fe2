/** What a user may set of the rules: one YAML file, every mistake with its path, unknown keys among them. */

import { parseDocument } from 'yaml';
import * as z from 'zod';
import { pathText } from '../config/document.ts';
import { hint } from '../config/nearest.ts';
import { severities, type Severity } from './rules.ts';
import { milliseconds, thresholds, type AlertName, type Limits, type Threshold } from './thresholds.ts';

export interface Values {
  readonly limits: Limits;
  /** Alert, or `Alert.severity` where it has two, to the severity to give it instead. */
  readonly severities: Readonly<Record<string, Severity>>;
  /** Alerts to leave out. */
  readonly disabled: readonly AlertName[];
  /** Label matchers on every metric. */
  readonly selector: Readonly<Record<string, string>>;
  /** Labels on every alert. */
  readonly labels: Readonly<Record<string, string>>;
  /** Job that scrapes the exporter. */
  readonly job: string;
  /** Job that scrapes Nacos's own actuator endpoint, one job a cluster. */
  readonly actuatorJob: string;
  readonly evaluationInterval: string;
  /** Where the runbooks are; an alert's name in lower case is put behind it as a fragment. */
  readonly runbookUrl: string;
  /** Address of the exporter as people reach it. */
  readonly pageUrl: string;
  readonly prometheusRule: { readonly name: string; readonly namespace?: string; readonly labels: Readonly<Record<string, string>> };
}

/** `values: path: what is wrong`. */
export interface ValuesMistake {
  readonly path: string;
  readonly message: string;
}

/** Alerts with two severities. */
export const tiered = ['NacosDatabaseUnavailable', 'NacosNodeDataDivergence', 'NacosMassDeregistration'] as const satisfies readonly AlertName[];

const alertNames = Object.keys(thresholds) as readonly AlertName[];
const severityKeys = alertNames.flatMap((name) => ((tiered as readonly string[]).includes(name) ? [`${name}.warning`, `${name}.critical`] : [name]));

const durationText = z.string('expected a duration such as 30s or 5m').refine((text) => (milliseconds(text) ?? 0) > 0, 'expected a duration such as 30s or 5m, above 0');
const units = {
  duration: durationText,
  ratio: z.number('expected a number').gt(0, 'must be above 0').max(1, 'must be at most 1'),
  seconds: z.number('expected a number of seconds').gt(0, 'must be above 0'),
  count: z.number('expected a number').min(0, 'must not be negative'),
} as const;
const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'not a name of a label');
const labelMap = z.record(labelName, z.string('expected a text in quotes'));
const url = z.url({ protocol: /^https?$/, error: 'expected an http or https address' });

const schema = z.strictObject({
  thresholds: z.strictObject(Object.fromEntries(alertNames.map((name) => [
    name,
    z.strictObject(Object.fromEntries(Object.entries(thresholds[name] as Readonly<Record<string, Threshold>>).map(([key, { unit }]) => [key, units[unit].optional()]))).optional(),
  ]))).optional(),
  severities: z.strictObject(Object.fromEntries(severityKeys.map((key) => [key, z.enum(severities, `expected one of ${severities.join(', ')}`).optional()]))).optional(),
  disabled: z.array(z.enum(alertNames as [AlertName, ...AlertName[]], 'not an alert of this pack')).optional(),
  selector: labelMap.optional(),
  labels: labelMap.refine((labels) => !('severity' in labels) && !('alertname' in labels), 'severity and alertname are set by the rules').optional(),
  job: z.string().min(1, 'needs a name').optional(),
  actuator_job: z.string().min(1, 'needs a name').optional(),
  evaluation_interval: durationText.optional(),
  runbook_url: url.optional(),
  page_url: url.optional(),
  prometheus_rule: z.strictObject({
    name: z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'not a name of a Kubernetes object').optional(),
    namespace: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'not a name of a Kubernetes namespace').optional(),
    labels: z.record(z.string(), z.string('expected a text in quotes')).optional(),
  }).optional(),
});

type Raw = z.infer<typeof schema>;

export const defaultValues: Values = valuesOf({});

/** The values of a file's text, or everything that is wrong with it. */
export function readValues(text: string): Values | { readonly mistakes: readonly ValuesMistake[] } {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) return { mistakes: document.errors.map((error) => ({ path: `line ${error.linePos?.[0].line ?? 1}`, message: error.message.split('\n')[0]! })) };
  const raw: unknown = document.toJS() ?? {};
  const checked = schema.safeParse(raw);
  if (!checked.success) return { mistakes: checked.error.issues.flatMap((issue) => explain(issue, raw)) };
  const values = valuesOf(checked.data);
  const mistakes = contradictions(values);
  return mistakes.length > 0 ? { mistakes } : values;
}

function explain(issue: z.core.$ZodIssue, raw: unknown): readonly ValuesMistake[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const two = issue.path[0] === 'severities' && (tiered as readonly string[]).includes(key);
      const message = two ? `has two severities: set ${key}.warning or ${key}.critical` : `unknown key${hint(key, knownKeys(issue.path))}`;
      return { path: pathText([...issue.path, key]), message };
    });
  }
  const message = issue.code === 'invalid_key' ? issue.issues[0]?.message ?? issue.message : issue.message;
  const given = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], raw);
  return [{ path: issue.path.length === 0 ? 'the file' : pathText(issue.path), message: given === null ? 'has no value' : message }];
}

function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const [section, name] = path.map(String);
  if (section === undefined) return Object.keys(schema.shape);
  if (section === 'thresholds') return name === undefined ? alertNames : Object.keys(thresholds[name as AlertName]);
  if (section === 'severities') return severityKeys;
  return section === 'prometheus_rule' ? ['name', 'namespace', 'labels'] : [];
}

function contradictions({ limits, severities: chosen }: Values): readonly ValuesMistake[] {
  const found: ValuesMistake[] = [];
  const { warning, critical } = limits.NacosMassDeregistration;
  if (critical < warning) found.push({ path: 'thresholds.NacosMassDeregistration.critical', message: `must not be below warning (${warning})` });
  // The exporter's baseline slides along with a smaller loss: such an alert would resolve by itself.
  if (warning < 0.1) found.push({ path: 'thresholds.NacosMassDeregistration.warning', message: 'must be at least 0.1: the baseline stands still from a loss of 10 % on' });
  for (const name of tiered) {
    if ((chosen[`${name}.warning`] ?? 'warning') === (chosen[`${name}.critical`] ?? 'critical')) {
      found.push({ path: `severities.${name}.warning`, message: 'both alerts of this name would have one severity' });
    }
  }
  return found;
}

function valuesOf(raw: Raw): Values {
  const set = (raw.thresholds ?? {}) as Readonly<Record<string, Readonly<Record<string, string | number>> | undefined>>;
  const limits = Object.fromEntries(alertNames.map((name) => [
    name, Object.fromEntries(Object.entries(thresholds[name] as Readonly<Record<string, Threshold>>).map(([key, row]) => [key, set[name]?.[key] ?? row.default])),
  ])) as unknown as Limits;
  const object = raw.prometheus_rule ?? {};
  return {
    limits,
    severities: (raw.severities ?? {}) as Readonly<Record<string, Severity>>,
    disabled: raw.disabled ?? [],
    selector: raw.selector ?? {},
    labels: raw.labels ?? {},
    job: raw.job ?? 'nacos-exporter',
    actuatorJob: raw.actuator_job ?? 'nacos',
    evaluationInterval: raw.evaluation_interval ?? '15s',
    runbookUrl: raw.runbook_url ?? 'https://github.com/nacos-exporter/nacos-exporter/blob/main/docs/runbooks.md',
    pageUrl: (raw.page_url ?? 'http://nacos-exporter:18848').replace(/\/$/, ''),
    prometheusRule: { name: object.name ?? 'nacos-exporter', labels: object.labels ?? {}, ...(object.namespace === undefined ? {} : { namespace: object.namespace }) },
  };
}
