/**
 * From a webhook call to a message in the chat. The call is answered only once the service has confirmed the message,
 * or has not within `patienceMs`: Alertmanager keeps trying on 5xx, so what was not delivered is its to send again, and
 * nothing waits in a memory that a restart would empty. Answers: 200 sent; 502 refused by the service or not reached in
 * time (`failed`); 503 no room within the service's limits (`dropped`); 400 a payload that nobody can read (`dropped`:
 * Alertmanager does not repeat it). 429 would be natural for the third, but Alertmanager does not retry on it.
 */

import { channels, type Channel, type ChannelName, type Hook } from './channels.ts';
import { digestOf } from './digest.ts';
import { clip, oneLine } from './escape.ts';
import { hideSecrets } from './hide.ts';
import { createPace } from './pace.ts';
import { parsePayload } from './payload.ts';
import { judge, type Posted, type Verdict } from './verdict.ts';
import { words, type Language } from './words.ts';

export type NotificationResult = 'sent' | 'failed' | 'dropped';

export interface RelaySettings {
  readonly language: Language;
  /** Linked in every message where it is known. */
  readonly divergencePage?: string;
  /** Which channels are on. */
  readonly on: ReadonlySet<ChannelName>;
  /** Reads the bot's secrets, anew for every try. Throws with their source, never with a secret. */
  hook(channel: ChannelName): Hook;
}

export interface RelayDeps {
  readonly settings: () => RelaySettings;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
  /** Never rejects, and follows no redirect. */
  readonly post: (url: string, body: string, timeoutMs: number) => Promise<Posted>;
  readonly count: (channel: ChannelName, result: NotificationResult) => void;
  readonly warn: (data: object, message: string) => void;
}

export interface RelayAnswer {
  readonly status: 200 | 400 | 502 | 503;
  readonly text: string;
}

export interface Relay {
  isOn(channel: ChannelName): boolean;
  /** `isGone` tells that nobody waits for the answer any more: who hung up will call again, so the message is not sent. */
  receive(channel: ChannelName, body: string, isGone?: () => boolean): Promise<RelayAnswer>;
  /** A call that did not get as far as `receive`: too large, or of another type. */
  refused(channel: ChannelName, reason: string): void;
}

/** No try begins later than this after the call. */
export const patienceMs = 20_000;
const tryTimeoutMs = 5_000;
const firstBackoffMs = 500;
/** Calls of one channel that are being delivered or wait for their turn. */
const mostPending = 100;

interface Outcome {
  readonly status: RelayAnswer['status'];
  readonly result: NotificationResult;
  readonly reason: string;
}

const sent: Outcome = { status: 200, result: 'sent', reason: '' };
const failed = (reason: string): Outcome => ({ status: 502, result: 'failed', reason });
const dropped = (status: 400 | 503, reason: string): Outcome => ({ status, result: 'dropped', reason });

export function createRelay(deps: RelayDeps): Relay {
  const lanes = new Map<ChannelName, ReturnType<typeof createLane>>();
  const laneOf = (name: ChannelName) => {
    const lane = lanes.get(name) ?? createLane(name, channels[name], deps);
    lanes.set(name, lane);
    return lane;
  };

  function account(channel: ChannelName, { result, reason }: Outcome): void {
    deps.count(channel, result);
    if (result !== 'sent') deps.warn({ channel, result, reason }, 'notification not delivered');
  }

  return {
    isOn: (channel) => deps.settings().on.has(channel),
    async receive(channel, body, isGone = () => false) {
      const payload = parsePayload(body);
      const outcome = 'problem' in payload ? dropped(400, payload.problem) : await laneOf(channel).deliver(compose(channel, payload.value, deps.settings()), isGone);
      account(channel, outcome);
      return { status: outcome.status, text: outcome === sent ? 'sent\n' : `${outcome.reason}\n` };
    },
    refused: (channel, reason) => account(channel, dropped(400, reason)),
  };
}

function compose(name: ChannelName, notification: Parameters<typeof digestOf>[0], { language, divergencePage }: RelaySettings): object {
  const { form, compose: render } = channels[name];
  return render(digestOf(notification, words[language], form, divergencePage), words[language]);
}

/** One channel's way out, with its limits. */
function createLane(name: ChannelName, channel: Channel, { settings, now, wait, random, post }: RelayDeps) {
  const pace = createPace(channel.windows);
  let pending = 0;

  async function attempt(message: object): Promise<Verdict & { readonly retryAfterMs?: number }> {
    let hook: Hook;
    try {
      hook = settings().hook(name);
    } catch (error) {
      return { result: 'refused', reason: (error as Error).message };
    }
    const { url, body } = channel.seal(message, hook, now());
    const answer = await post(url, body, tryTimeoutMs);
    if ('failure' in answer) return { result: 'again', reason: answer.failure, throttled: false };
    const verdict = judge(answer, channel.codes);
    if (verdict.result === 'sent') return verdict;
    const reason = clip(oneLine(hideSecrets(verdict.reason, hook)), 300);
    return { ...verdict, reason, ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }) };
  }

  async function tryUntil(message: object, latest: number, isGone: () => boolean): Promise<Outcome> {
    let reason: string | undefined;
    for (let backoff = firstBackoffMs; ; backoff *= 2) {
      const at = pace.book(now(), latest);
      if (at === undefined) return reason === undefined ? dropped(503, `the limits of ${name} leave no room within ${patienceMs / 1000} s`) : failed(reason);
      if (at > now()) await wait(at - now());
      if (isGone()) return failed(`the caller hung up${reason === undefined ? '' : ` after ${reason}`}`);
      const verdict = await attempt(message);
      if (verdict.result === 'sent') return sent;
      reason = `${name}: ${verdict.reason}`;
      if (verdict.result === 'refused') return failed(reason);
      const rest = Math.max(backoff * (0.5 + random() / 2), verdict.retryAfterMs ?? 0);
      if (verdict.throttled) pace.holdUntil(now() + rest);
      if (now() + rest > latest) return failed(reason);
      await wait(rest);
    }
  }

  return {
    async deliver(message: object, isGone: () => boolean): Promise<Outcome> {
      if (pending >= mostPending) return dropped(503, `${mostPending} messages to ${name} are waiting already`);
      pending += 1;
      try {
        return await tryUntil(message, now() + patienceMs, isGone);
      } finally {
        pending -= 1;
      }
    },
  };
}
