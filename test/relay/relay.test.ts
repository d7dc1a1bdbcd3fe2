/** Delivery with virtual time: limits, retries, what Alertmanager is told, and what is counted. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { channelNames, type ChannelName } from '../../src/relay/channels.ts';
import { createRelay, patienceMs, type RelayAnswer, type RelayDeps } from '../../src/relay/relay.ts';
import type { Posted } from '../../src/relay/verdict.ts';
import { virtualClock } from '../../src/sim/index.ts';
import { bodyOf } from './build.ts';

const ok: Posted = { status: 200, body: '{"code":0,"errcode":0}' };
const token = 'token-4711-0815-4711';
const hook = { url: `https://chat.example.org/hook/${token}?key=${token}`, secret: 'SECret-0815/+' };

function harness(answer: (number: number) => Posted | Promise<Posted>, more: Partial<RelayDeps> = {}) {
  const clock = virtualClock();
  const start = clock.now();
  const posts: { readonly at: number; readonly url: string; readonly body: string }[] = [];
  const counts: string[] = [];
  const warnings: string[] = [];
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.at(clock.now() + ms, resolve));
  const relay = createRelay({
    settings: () => ({ language: 'en', on: new Set(channelNames), hook: () => hook }), now: clock.now, random: () => 1, wait,
    async post(url, body) {
      posts.push({ at: clock.now() - start, url, body });
      return answer(posts.length);
    },
    count: (channel, result) => void counts.push(`${channel} ${result}`), warn: (data, message) => void warnings.push(`${message} ${JSON.stringify(data)}`), ...more,
  });
  /** What is answered within `ms`, with its moment. */
  async function during<T>(ms: number, work: readonly Promise<T>[]): Promise<readonly { readonly at: number; readonly value: T }[]> {
    const done: { readonly at: number; readonly value: T }[] = [];
    for (const one of work) void one.then((value) => done.push({ at: clock.now() - start, value }));
    for (let passed = 0; passed <= ms; passed += 50) {
      await nextTurn();
      clock.advance(50);
    }
    return done;
  }
  async function once(channel: ChannelName, body = bodyOf()): Promise<RelayAnswer & { readonly at: number }> {
    const [only] = await during(60_000, [relay.receive(channel, body)]);
    return { at: only!.at, ...only!.value };
  }
  return { relay, posts, counts, warnings, during, once, wait };
}

describe('one message', () => {
  it.each(channelNames)('to %s is confirmed, signed and counted', async (name) => {
    const { once, posts, counts, warnings } = harness(() => ok);
    expect(await once(name)).toEqual({ at: 0, status: 200, text: 'sent\n' });
    expect([posts.length, counts, warnings]).toEqual([1, [`${name} sent`], []]);
    expect(posts[0]!.body).toContain('NacosNodeDown');
  });

  const failure: Posted = { failure: 'no answer: ECONNRESET' };
  it.each<readonly [string, ChannelName, Posted]>([
    ['a network error', 'feishu', failure],
    ['HTTP 500', 'wecom', { status: 500, body: 'oops' }],
    ['HTTP 429', 'dingtalk', { status: 429, body: '' }],
    ['HTTP 408', 'dingtalk', { status: 408, body: '' }],
    ['11232', 'feishu', { status: 200, body: '{"code":11232,"msg":"frequency limited psm[lark.oapi.app_platform_runtime]"}' }],
    ['11232 with HTTP 400', 'feishu', { status: 400, body: '{"code":11232,"msg":"x"}' }],
    ['9499 for too many', 'feishu', { status: 200, body: '{"code":9499,"msg":"too many request","data":{}}' }],
    ['130101', 'dingtalk', { status: 200, body: '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}' }],
    ['410100', 'dingtalk', { status: 200, body: '{"errcode":410100,"errmsg":"x"}' }],
    ['the gateway', 'dingtalk', { status: 200, body: '{"status":1111,"wait":5,"source":"x5","punish":"deny"}' }],
    ['-1', 'dingtalk', { status: 200, body: '{"errcode":-1,"errmsg":"system busy"}' }],
    ['45009', 'wecom', { status: 200, body: '{"errcode":45009,"errmsg":"api freq out of limit"}' }],
    ['-1', 'wecom', { status: 200, body: '{"errcode":-1}' }],
  ])('is tried again after %s from %s', async (_, name, first) => {
    const { once, posts, counts } = harness((number) => (number < 3 ? first : ok));
    expect(await once(name)).toMatchObject({ status: 200 });
    expect(counts).toEqual([`${name} sent`]);
    expect(posts.map(({ at }) => at)).toEqual([0, 500, 1500]);
  });

  it.each<readonly [string, ChannelName, Posted, string]>([
    ['a wrong signature', 'feishu', { status: 200, body: '{"code":19021,"msg":"sign match fail"}' }, 'feishu: HTTP 200, code 19021: sign match fail'],
    ['a bad request', 'feishu', { status: 200, body: '{"code":9499,"msg":"Bad Request"}' }, 'feishu: HTTP 200, code 9499: Bad Request'],
    ['an old form of refusal', 'feishu', { status: 200, body: '{"StatusCode":19001,"StatusMessage":"x"}' }, 'feishu: HTTP 200, code 19001: x'],
    ['a missing keyword', 'dingtalk', { status: 200, body: '{"errcode":310000,"errmsg":"keywords not in content"}' }, 'dingtalk: HTTP 200, code 310000: keywords not in content'],
    ['a wrong key', 'wecom', { status: 200, body: '{"errcode":93000,"errmsg":"invalid webhook url"}' }, 'wecom: HTTP 200, code 93000: invalid webhook url'],
    ['a redirect', 'wecom', { status: 302, body: '' }, 'wecom: HTTP 302'],
    ['not found', 'wecom', { status: 404, body: '<html>' }, 'wecom: HTTP 404'],
    ['the page of a proxy', 'wecom', { status: 200, body: '<html>' }, 'wecom: HTTP 200 without a result code'],
    ['a JSON text', 'wecom', { status: 200, body: '"ok"' }, 'wecom: HTTP 200 without a result code'],
    ['a code that is no number', 'wecom', { status: 200, body: '{"errcode":"0"}' }, 'wecom: HTTP 200 without a result code'],
  ])('is given up at once after %s', async (_, name, answer, text) => {
    const { once, posts, counts, warnings } = harness(() => answer);
    expect(await once(name)).toEqual({ at: 0, status: 502, text: `${text}\n` });
    expect([posts.length, counts, warnings.length]).toEqual([1, [`${name} failed`], 1]);
  });

  it('is tried with growing pauses until the patience ends, then Alertmanager shall', async () => {
    const { once, posts, counts } = harness(() => ({ status: 503, body: '' }));
    const answer = await once('wecom');
    expect(answer).toMatchObject({ status: 502, text: 'wecom: HTTP 503\n' });
    expect(answer.at).toBeLessThanOrEqual(patienceMs);
    expect(posts.map(({ at }) => at)).toEqual([0, 500, 1500, 3500, 7500, 15_500]);
    expect(counts).toEqual(['wecom failed']);
  });

  it('has a fresh signature with every try', async () => {
    const { once, posts } = harness((number) => (number < 3 ? { status: 503, body: '' } : ok));
    await once('dingtalk');
    expect(new Set(posts.map(({ url }) => new URL(url).searchParams.get('sign'))).size).toBe(3);
  });

  it('waits as long as it is told', async () => {
    const { once, posts } = harness((number) => (number === 1 ? { status: 429, body: '', retryAfterMs: 7000 } : ok));
    expect(await once('feishu')).toMatchObject({ status: 200 });
    expect(posts.map(({ at }) => at)).toEqual([0, 7000]);
  });

  it('is given up where it would have to wait for too long', async () => {
    const { once, posts } = harness(() => ({ status: 429, body: '', retryAfterMs: 600_000 }));
    expect(await once('feishu')).toMatchObject({ at: 0, status: 502 });
    expect(posts).toHaveLength(1);
  });

  it('is lost to nobody where its payload cannot be read: 400, counted, and logged', async () => {
    const { once, posts, counts, warnings } = harness(() => ok);
    expect(await once('feishu', '{"version":"5"}')).toMatchObject({ status: 400, text: expect.stringContaining('version: expected "4"') as string });
    expect([posts, counts, warnings.length]).toEqual([[], ['feishu dropped'], 1]);
  });

  it('is not sent for a caller who hung up, and will call again', async () => {
    const { relay, posts, counts, during } = harness(() => ({ status: 503, body: '' }));
    let isGone = false;
    const answer = relay.receive('wecom', bodyOf(), () => isGone);
    await during(200, []);
    isGone = true;
    expect(await during(5000, [answer])).toMatchObject([{ value: { status: 502, text: 'the caller hung up after wecom: HTTP 503\n' } }]);
    expect([posts.length, counts]).toEqual([1, ['wecom failed']]);
  });

  it('fails where its secret cannot be read, and says which', async () => {
    const settings = () => ({
      language: 'en' as const, on: new Set(channelNames), hook: () => {
        throw new Error('relay.feishu.secret_file: cannot read "/s": no such file');
      },
    });
    const { once, posts, counts } = harness(() => ok, { settings });
    expect(await once('feishu')).toMatchObject({ status: 502, text: 'feishu: relay.feishu.secret_file: cannot read "/s": no such file\n' });
    expect([posts, counts]).toEqual([[], ['feishu failed']]);
  });
});

describe('many messages', () => {
  it.each([['feishu', 5, 1000], ['feishu', 100, 60_000], ['dingtalk', 20, 60_000], ['wecom', 20, 60_000]] as const)('to %s never go out faster than %i in %i ms', async (name, most, perMs) => {
    const { relay, posts, during } = harness(() => ok);
    await during(130_000, Array.from({ length: 90 }, () => relay.receive(name, bodyOf())));
    await during(130_000, Array.from({ length: 90 }, () => relay.receive(name, bodyOf())));
    const times = posts.map(({ at }) => at);
    expect(Math.max(...times.map((first) => times.filter((at) => at >= first && at <= first + perMs).length))).toBeLessThanOrEqual(most);
    expect(times.length).toBeGreaterThanOrEqual(name === 'feishu' ? 150 : 40);
  });

  it('beyond the limits are turned away at once, for Alertmanager to send again', async () => {
    const { relay, during, counts } = harness(() => ok);
    const answers = await during(patienceMs, Array.from({ length: 25 }, () => relay.receive('dingtalk', bodyOf())));
    expect(answers.map(({ value }) => value.status).toSorted()).toEqual([...Array.from({ length: 20 }, () => 200), ...Array.from({ length: 5 }, () => 503)]);
    expect(answers.find(({ value }) => value.status === 503)).toEqual({ at: 0, value: { status: 503, text: 'the limits of dingtalk leave no room within 20 s\n' } });
    expect(counts.filter((count) => count === 'dingtalk dropped')).toHaveLength(5);
    const later = await during(patienceMs, [relay.receive('wecom', bodyOf())]);
    expect(later.map(({ value }) => value.status)).toEqual([200]);
    await during(60_000, []);
    expect((await during(1000, [relay.receive('dingtalk', bodyOf())])).map(({ value }) => value.status)).toEqual([200]);
  });

  it('wait together when the service asks for a rest', async () => {
    const { relay, posts, during } = harness((number) => (number === 1 ? { status: 200, body: '{"code":11232}', retryAfterMs: 3000 } : ok));
    const first = relay.receive('feishu', bodyOf());
    await nextTurn();
    await during(5000, [first, relay.receive('feishu', bodyOf())]);
    expect(posts.map(({ at }) => at)).toEqual([0, 3000, 3000]);
  });

  it('are bounded: at most a hundred wait', async () => {
    const { relay, during, wait } = harness(async () => {
      await wait(4000);
      return ok;
    });
    const answers = await during(patienceMs + 10_000, Array.from({ length: 150 }, () => relay.receive('feishu', bodyOf())));
    const statuses = answers.map(({ value }) => value.status);
    expect(statuses).toHaveLength(150);
    expect(answers.filter(({ value }) => value.text === '100 messages to feishu are waiting already\n')).toHaveLength(50);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(90);
  });
});

describe('secrets', () => {
  it('are taken out of what a service says', async () => {
    const said = `${hook.url} ${token} ${encodeURIComponent(hook.secret)} ${hook.secret}`;
    const { once, warnings } = harness(() => ({ status: 200, body: JSON.stringify({ code: 19_021, msg: said }) }));
    const { text } = await once('feishu');
    const everything = text + warnings.join('');
    expect(everything).toContain('19021');
    for (const secret of [token, hook.secret, encodeURIComponent(hook.secret)]) expect(everything).not.toContain(secret);
  });
});
