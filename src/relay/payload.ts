/** Alertmanager's webhook payload, version 4 (Alertmanager 0.22 to 0.28), checked and reduced to what a message shows. */

import * as z from 'zod';

export type Texts = Readonly<Record<string, string>>;

export interface Alert {
  readonly firing: boolean;
  readonly labels: Texts;
  readonly annotations: Texts;
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  /** Only of a resolved alert, likewise. */
  readonly endsAt?: number;
  /** The rule's expression in Prometheus; may be anything, as the rest. */
  readonly generatorUrl: string;
}

/** One webhook call: one group of alerts. */
export interface Notification {
  readonly groupLabels: Texts;
  readonly alerts: readonly Alert[];
  /** Alerts of the group that Alertmanager itself left out (`max_alerts`). */
  readonly truncated: number;
  readonly alertmanagerUrl: string;
}

/** The problem names the field, never its value. */
export type ParsedPayload = { readonly value: Notification } | { readonly problem: string };

const texts = z.record(z.string(), z.string()).nullish();
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), { error: 'expected a time such as 2026-01-01T12:00:00Z' });
const status = z.enum(['firing', 'resolved']);

/** Fields that are not read may be anything: a later Alertmanager adds some without a new version. */
const schema = z.object({
  version: z.literal('4'),
  status,
  groupLabels: texts,
  truncatedAlerts: z.int().min(0).optional(),
  externalURL: z.string().optional(),
  alerts: z.array(z.object({
    status, labels: z.record(z.string(), z.string()), annotations: texts, startsAt: time, endsAt: time.optional(), generatorURL: z.string().optional(),
  })).min(1),
});

export function parsePayload(body: string): ParsedPayload {
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    return { problem: 'the body is not JSON' };
  }
  const checked = schema.safeParse(raw);
  if (!checked.success) return { problem: checked.error.issues.slice(0, 3).map(problemText).join('; ') };
  const { groupLabels, truncatedAlerts, externalURL, alerts } = checked.data;
  return {
    value: {
      groupLabels: groupLabels ?? {}, truncated: truncatedAlerts ?? 0, alertmanagerUrl: externalURL ?? '',
      alerts: alerts.map((alert) => {
        const firing = alert.status === 'firing';
        const ended = firing || alert.endsAt === undefined ? {} : { endsAt: Date.parse(alert.endsAt) };
        return { firing, labels: alert.labels, annotations: alert.annotations ?? {}, startsAt: Date.parse(alert.startsAt), ...ended, generatorUrl: alert.generatorURL ?? '' };
      }),
    },
  };
}

const expectations: Readonly<Record<string, string>> = { string: 'text', record: 'a mapping of texts', object: 'a mapping', array: 'a list', int: 'a whole number', number: 'a number' };

function problemText(issue: z.core.$ZodIssue): string {
  const path = issue.path.reduce<string>((text, part) => text + (typeof part === 'number' ? `[${part}]` : `${text === '' ? '' : '.'}${keyText(String(part))}`), '');
  return `${path === '' ? 'the body' : path}: ${expectation(issue)}`;
}

/** A label's name in a refused payload may be long, or hold what no label's name holds. */
const keyText = (key: string): string => key.slice(0, 60).replaceAll(/[^\w.:-]/g, '?');

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type': return `expected ${expectations[issue.expected] ?? issue.expected}`;
    case 'invalid_value': return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small': return issue.origin === 'array' ? 'expected at least one entry' : 'is too small';
    case 'custom': return issue.message;
    default: return 'is not as in version 4';
  }
}
