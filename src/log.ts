/** The log: pino with the shapes of the Prometheus family, one line an event on standard error, secrets redacted. */

import { pino, stdTimeFunctions, type Logger } from 'pino';
import type { Config } from './config/config.ts';

export type { Logger };

/** Names under which a secret could ever be passed: none is, and should one be, it is not written. */
const redacted = ['password', 'token', 'accessToken', 'authorization', '*.password', '*.token', '*.accessToken', '*.authorization'];

export function createLogger(config: Config['log'], write: (line: string) => void): Logger {
  const stream = { write: (line: string) => write(config.format === 'json' ? line.trimEnd() : logfmt(line)) };
  return pino({
    level: config.level, base: null, timestamp: stdTimeFunctions.isoTime, messageKey: 'msg', redact: redacted,
    formatters: { level: (label) => ({ level: label }) },
  }, stream);
}

/** One JSON line of pino as `key=value` pairs. */
export function logfmt(line: string): string {
  const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const pairs = Object.entries({ ts: time, level, msg, ...rest }).filter(([, value]) => value !== undefined);
  return `${pairs.map(([key, value]) => `${key}=${quote(value)}`).join(' ')}`;
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value) ?? '';
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}
