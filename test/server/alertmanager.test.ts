/** The receivers of Alertmanager's calls: there only where a channel is on, and clear about what they do not take. */

import { describe, expect, it } from 'vitest';
import { receiverBodyLimit, receivingChannels, type Receiver } from '../../src/server/alertmanager.ts';
import { createApp } from '../../src/server/app.ts';
import { noPages } from '../pages/states.ts';

function appOf(receiver?: Partial<Receiver>) {
  const calls: string[] = [];
  const errors: string[] = [];
  const app = createApp({
    telemetryPath: '/metrics', scrape: async () => ({ chunks: [], length: 0 }), notReady: () => undefined, reload: async () => ({ ok: true }), configYaml: () => '',
    pages: noPages, now: () => 0, divergence: () => [], events: () => undefined, onError: (error, path) => void errors.push(`${path}: ${error.message}`),
    ...(receiver === undefined ? {} : {
      receiver: {
        isOn: () => true, refused: (channel, reason) => void calls.push(`${channel} refused: ${reason}`),
        async receive(channel, body) {
          calls.push(`${channel} ${body}`);
          return { status: 200, text: 'sent\n' };
        },
        ...receiver,
      },
    }),
  });
  return { app, calls, errors };
}

const json = { 'content-type': 'application/json' };
const post = (channel: string, payload: string | Buffer, headers: Record<string, string> = json) => ({ method: 'POST' as const, url: `/alertmanager/${channel}`, payload, headers });

describe('POST /alertmanager/<channel>', () => {
  it.each(receivingChannels)('%s passes the body on and the answer back', async (channel) => {
    const { app, calls } = appOf({});
    const response = await app.inject(post(channel, '{"值":1}', { 'content-type': 'application/json; charset=utf-8' }));
    expect([response.statusCode, response.payload, response.headers['content-type']]).toEqual([200, 'sent\n', 'text/plain; charset=utf-8']);
    expect(calls).toEqual([`${channel} {"值":1}`]);
  });

  it.each([400, 502, 503])('answers %i as it is told', async (status) => {
    const { app } = appOf({ receive: async () => ({ status, text: 'why\n' }) });
    const response = await app.inject(post('feishu', '{}'));
    expect([response.statusCode, response.payload]).toEqual([status, 'why\n']);
  });

  it('is not there while the channel is off, whatever the method or the body', async () => {
    const { app, calls } = appOf({ isOn: (channel) => channel === 'wecom' });
    const requests = [post('feishu', '{}'), post('feishu', 'a=b', { 'content-type': 'text/plain' }), post('feishu', 'x'.repeat(receiverBodyLimit + 1)), { url: '/alertmanager/feishu' }, post('slack', '{}')];
    for (const request of requests) expect((await app.inject(request)).statusCode).toBe(404);
    expect((await app.inject(post('wecom', '{}'))).statusCode).toBe(200);
    expect(calls).toEqual(['wecom {}']);
    expect((await appOf().app.inject(post('feishu', '{}'))).statusCode).toBe(404);
  });

  it('takes a large payload, and refuses one that is too large with what to do', async () => {
    const { app, calls } = appOf({});
    expect((await app.inject(post('feishu', 'x'.repeat(receiverBodyLimit)))).statusCode).toBe(200);
    const response = await app.inject(post('feishu', 'x'.repeat(receiverBodyLimit + 1)));
    expect([response.statusCode, response.payload]).toEqual([413, expect.stringContaining('set max_alerts')]);
    expect(calls[1]).toMatch(/^feishu refused: the payload is larger/);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])('refuses %s', async (type) => {
    const { app, calls } = appOf({});
    const response = await app.inject(post('dingtalk', 'a=b', { 'content-type': type }));
    expect([response.statusCode, response.payload]).toEqual([415, 'the payload must be application/json\n']);
    expect(calls).toEqual(['dingtalk refused: the payload must be application/json']);
  });

  it('hands an empty body on, for the reason to be named', async () => {
    const { app, calls } = appOf({});
    await app.inject({ method: 'POST', url: '/alertmanager/feishu' });
    expect(calls).toEqual(['feishu ']);
  });

  it('refuses other methods', async () => {
    const response = await appOf({}).app.inject('/alertmanager/wecom');
    expect([response.statusCode, response.headers['allow']]).toEqual([405, 'POST']);
  });

  it('tells nothing of a bug', async () => {
    const { app, errors } = appOf({ receive: async () => Promise.reject(new Error('secret detail')) });
    const response = await app.inject(post('feishu', '{}'));
    expect([response.statusCode, response.payload]).toEqual([500, 'internal error\n']);
    expect(errors).toEqual(['/alertmanager/feishu: secret detail']);
  });
});
