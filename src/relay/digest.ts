/** What a message says: a title, the alerts in order of weight, links. Every text in it is escaped and cut already. */

import { clip, linkTarget, oneLine } from './escape.ts';
import type { Alert, Notification } from './payload.ts';
import type { Words } from './words.ts';

export type Tone = 'critical' | 'warning' | 'info' | 'resolved';

export interface Link {
  /** One of our own words. */
  readonly text: string;
  readonly url: string;
}

export interface Item {
  readonly tone: Tone;
  /** Severity, or that it is over; the severity's value may be anything. */
  readonly mark: string;
  readonly summary: string;
  /** Empty where the alert has none. */
  readonly description: string;
  readonly when: string;
  readonly links: readonly Link[];
}

export interface Digest {
  readonly tone: Tone;
  readonly title: string;
  readonly items: readonly Item[];
  /** Alerts of the group that are not among the items. */
  readonly leftOut: number;
  readonly links: readonly Link[];
}

/** What a channel does to texts of alerts, and the bytes of UTF-8 that one may then take; a longer URL is left out. */
export interface Form {
  escape(text: string): string;
  readonly title: number;
  readonly summary: number;
  readonly description: number;
  readonly url: number;
}

/** Nobody reads further in a chat; Alertmanager's own page has them all. */
export const mostItems = 20;
/** More of one text is not even looked at, UTF-16 units. */
const longestText = 10_000;
const labelBytes = 120;
const severityBytes = 40;

export function digestOf({ groupLabels, alerts, truncated, alertmanagerUrl }: Notification, words: Words, form: Form, divergencePage?: string): Digest {
  const ordered = alerts.toSorted((a, b) => weight(a) - weight(b));
  const firing = alerts.filter((alert) => alert.firing).length;
  const counts = [...(firing > 0 ? [words.firing(firing)] : []), ...(firing < alerts.length ? [words.resolved(alerts.length - firing)] : [])];
  const name = own(groupLabels, 'alertname') ?? commonName(alerts);
  const group = Object.entries(groupLabels).filter(([label]) => label !== 'alertname').map(([label, value]) => `${shortened(label)}=${shortened(value)}`);
  return {
    tone: firing === 0 ? 'resolved' : toneOf(ordered[0]!),
    title: clip([...counts, ...[...(name === undefined ? [] : [shortened(name)]), ...group].map(form.escape)].join(' · '), form.title),
    items: ordered.slice(0, mostItems).map((alert) => itemOf(alert, groupLabels, words, form)),
    leftOut: truncated + Math.max(0, ordered.length - mostItems),
    links: linksOf([[words.alertmanager, alertmanagerUrl], [words.divergence, divergencePage]], form),
  };
}

const shown = (text: string): string => oneLine(text.slice(0, longestText));
const shortened = (text: string): string => clip(shown(text), labelBytes);

/** A label may be called `constructor`. */
const own = (texts: Readonly<Record<string, string>>, key: string): string | undefined => (Object.hasOwn(texts, key) ? texts[key] : undefined);

function commonName(alerts: readonly Alert[]): string | undefined {
  const names = new Set(alerts.map((alert) => own(alert.labels, 'alertname')));
  return names.size === 1 ? [...names][0] : undefined;
}

const tones: Readonly<Record<string, Tone>> = { critical: 'critical', warning: 'warning', info: 'info' };
const order: readonly Tone[] = ['critical', 'warning', 'info', 'resolved'];

/** A severity that is unknown here is somebody's alert all the same. */
function toneOf({ firing, labels }: Alert): Tone {
  return firing ? own(tones, own(labels, 'severity') ?? '') as Tone | undefined ?? 'warning' : 'resolved';
}

const weight = (alert: Alert): number => order.indexOf(toneOf(alert));

function itemOf(alert: Alert, groupLabels: Readonly<Record<string, string>>, words: Words, form: Form): Item {
  const { labels, annotations } = alert;
  const severity = own(labels, 'severity');
  const start = timeText(alert.startsAt);
  const summary = shown(own(annotations, 'summary') ?? '') || labelText(labels, groupLabels) || words.noSeverity;
  return {
    tone: toneOf(alert),
    mark: alert.firing ? severityText(severity, words, form) : words.isResolved,
    summary: clip(form.escape(summary), form.summary),
    description: clip(form.escape(shown(own(annotations, 'description') ?? '')), form.description),
    when: alert.endsAt === undefined ? words.since(start) : words.until(timeText(alert.endsAt), durationText(alert.endsAt - alert.startsAt)),
    links: linksOf([[words.runbook, own(annotations, 'runbook_url')], [words.divergence, own(annotations, 'divergence_url')], [words.query, alert.generatorUrl]], form),
  };
}

function severityText(severity: string | undefined, words: Words, form: Form): string {
  if (severity === undefined || severity === '') return words.noSeverity;
  return own(words.severities, severity) ?? clip(form.escape(shown(severity)), severityBytes);
}

/** For an alert without a summary: its name and what tells it from the others of its group. */
function labelText(labels: Readonly<Record<string, string>>, groupLabels: Readonly<Record<string, string>>): string {
  const telling = Object.entries(labels).filter(([label]) => label !== 'alertname' && label !== 'severity' && !Object.hasOwn(groupLabels, label));
  return [...(own(labels, 'alertname') === undefined ? [] : [shortened(labels['alertname']!)]), ...telling.map(([label, value]) => `${shortened(label)}=${shortened(value)}`)].join(' ');
}

function linksOf(candidates: readonly (readonly [text: string, url: string | undefined])[], form: Form): readonly Link[] {
  return candidates.flatMap(([text, address]) => {
    const url = address === undefined ? undefined : linkTarget(address, form.url);
    return url === undefined ? [] : [{ text, url }];
  });
}

/** `2026-01-01 12:00:00 UTC` */
function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The two largest units: `2d 3h`, `4m 5s`. */
function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const parts = [[Math.floor(seconds / 86_400), 'd'], [Math.floor(seconds / 3600) % 24, 'h'], [Math.floor(seconds / 60) % 60, 'm'], [seconds % 60, 's']] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0s';
  return parts.slice(first, first + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join(' ');
}
