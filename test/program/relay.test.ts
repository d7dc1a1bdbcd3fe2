/** The chat relay of the whole program, against services that check signatures. */

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { closedPort } from '../fakes/fake-server.ts';
import { startFakeChat, type ChatService, type FakeChat } from '../fakes/fake-chat.ts';
import { alertOf, bodyOf } from '../relay/build.ts';
import { startProgram, until, valueIn, type Page, type Program } from './program.ts';

const secret = 'SEC"密钥\\4711-0815';
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function chatOf(service: ChatService, withSecret: string | undefined = secret): Promise<FakeChat> {
  const chat = await startFakeChat(service, withSecret === undefined || service === 'wecom' ? {} : { secret: withSecret });
  open.push(chat.close);
  return chat;
}

/** The one cluster answers nobody: the relay does not depend on it. */
async function start(relay: string, files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<Program> {
  const running = await startProgram({ config: await configWith(relay), files, env });
  open.push(running.stop);
  return running;
}

async function configWith(relay: string): Promise<string> {
  return `clusters: [{name: c, servers: ['http://127.0.0.1:${await closedPort()}']}]\n${relay === '' ? '' : `relay: ${relay}\n`}`;
}

const call = (running: Program, channel: string, body = bodyOf()): Promise<Page> =>
  running.page(`/alertmanager/${channel}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

const counts = async (running: Program, channel: string): Promise<readonly (number | undefined)[]> => {
  const families = await running.scrape();
  return ['sent', 'failed', 'dropped'].map((result) => valueIn(families, 'nacos_exporter_notifications_total', { channel, result }));
};

const sourcesOf: Readonly<Record<ChatService, string>> = {
  feishu: '{url_file: /secrets/url, secret_file: /secrets/key}', dingtalk: '{url_env: URL, secret_env: KEY}', wecom: '{url_env: URL}',
};

describe.each(['feishu', 'dingtalk', 'wecom'] as const)('%s', (service) => {
  it('gets a signed message in the configured language', async () => {
    const chat = await chatOf(service);
    const running = await start(`{language: zh, external_url: 'https://exporter.example.org', ${service}: ${sourcesOf[service]}}`, { '/secrets/url': `${chat.url}\n`, '/secrets/key': `${secret}\n` }, { URL: chat.url, KEY: secret });
    expect(await counts(running, service)).toEqual([0, 0, 0]);
    expect(await call(running, service, bodyOf([alertOf(), alertOf({ status: 'resolved' })]))).toMatchObject({ status: 200, body: 'sent\n' });
    expect(chat.messages).toHaveLength(1);
    for (const word of ['告警 1', '恢复 1', '严重', 'Nacos node 10.0.0.2:8848 is down', '](https://exporter.example.org/divergence)']) expect(chat.messages[0]!.text).toContain(word);
    expect(await counts(running, service)).toEqual([1, 0, 0]);
  });

  it('is tried again when the service has had too much', async () => {
    const chat = await chatOf(service);
    chat.answerNext({ status: 200, body: service === 'feishu' ? { code: 11_232, msg: 'frequency limited' } : { errcode: service === 'wecom' ? 45_009 : 130_101 } });
    const running = await start(`{${service}: ${sourcesOf[service]}}`, { '/secrets/url': chat.url, '/secrets/key': secret }, { URL: chat.url, KEY: secret });
    expect((await call(running, service)).status).toBe(200);
    expect([chat.answers.length, chat.messages.length]).toEqual([2, 1]);
  });
});

describe('the relay', () => {
  it('is off by default, without a path and without series', async () => {
    const running = await start('', {});
    expect((await call(running, 'feishu')).status).toBe(404);
    expect((await running.scrape()).has('nacos_exporter_notifications_total')).toBe(false);
  });

  it('is changed by a reload, and sees a rotated key without one', async () => {
    const [feishu, wecom] = [await chatOf('feishu'), await chatOf('wecom')];
    const running = await start('{feishu: {url_file: /secrets/url, secret_file: /secrets/key}}', { '/secrets/url': feishu.url, '/secrets/key': 'not yet the key' }, { URL: wecom.url });
    expect(await call(running, 'feishu')).toMatchObject({ status: 502, body: expect.stringContaining('code 19021') as string });
    running.files.set('/secrets/key', secret);
    expect((await call(running, 'feishu')).status).toBe(200);
    expect((await call(running, 'wecom')).status).toBe(404);

    running.files.set('exporter.yaml', await configWith('{wecom: {url_env: URL}}'));
    expect((await running.page('/-/reload', { method: 'POST' })).status).toBe(200);
    expect([(await call(running, 'feishu')).status, (await call(running, 'wecom')).status]).toEqual([404, 200]);
    expect([await counts(running, 'feishu'), await counts(running, 'wecom')]).toEqual([[undefined, undefined, undefined], [1, 0, 0]]);
    expect((await running.page('/config')).body).toContain('relay:\n  language: en\n  wecom:\n    url_env: URL\n');
  });

  it('counts what it cannot read, and says which field', async () => {
    const chat = await chatOf('wecom');
    const running = await start('{wecom: {url_env: URL}}', {}, { URL: chat.url });
    expect(await call(running, 'wecom', '{"version":"4"}')).toMatchObject({ status: 400, body: expect.stringContaining('alerts: expected a list') as string });
    expect((await running.page('/alertmanager/wecom', { method: 'POST', body: 'x'.repeat(3 << 20), headers: { 'content-type': 'application/json' } })).status).toBe(413);
    expect((await running.page('/alertmanager/wecom', { method: 'POST', body: 'a=b' })).status).toBe(415);
    expect([chat.answers, await counts(running, 'wecom')]).toEqual([[], [0, 0, 3]]);
  });

  it('takes the example of the documentation', async () => {
    const chat = await chatOf('feishu');
    const running = await start('{feishu: {url_env: URL, secret_env: KEY}}', {}, { URL: chat.url, KEY: secret });
    const example = /-d '([^']+)'/.exec(readFileSync(new URL('../../docs/notifications.md', import.meta.url), 'utf8'))?.[1];
    expect(await call(running, 'feishu', example)).toMatchObject({ status: 200 });
    expect(chat.messages[0]?.text).toContain('Only a test');
  });

  it('does not send for a caller who hung up', async () => {
    const chat = await chatOf('wecom');
    chat.answerNext({ status: 503, body: {} });
    const running = await start('{wecom: {url_env: URL}}', {}, { URL: chat.url });
    const leaving = new AbortController();
    const left = running.page('/alertmanager/wecom', { method: 'POST', body: bodyOf(), headers: { 'content-type': 'application/json' }, signal: leaving.signal });
    await until('the first try', async () => (chat.answers.length === 1 ? true : undefined));
    leaving.abort();
    await expect(left).rejects.toThrow('abort');
    await until('it is counted', async () => ((await counts(running, 'wecom'))[1] === 1 ? true : undefined));
    expect([chat.answers.length, chat.messages.length]).toEqual([1, 0]);
  });

  it('follows no redirect', async () => {
    const [chat, elsewhere] = [await chatOf('wecom'), await chatOf('wecom')];
    chat.answerNext({ status: 307, body: {}, headers: { location: elsewhere.url } });
    const running = await start('{wecom: {url_env: URL}}', {}, { URL: chat.url });
    expect(await call(running, 'wecom')).toMatchObject({ status: 502, body: 'wecom: HTTP 307\n' });
    expect(elsewhere.answers).toEqual([]);
  });

  it.each(['feishu', 'dingtalk'] as const)('never tells the address or the key of %s, whatever the service says', async (service) => {
    const chat = await chatOf(service);
    const unreachable = `http://127.0.0.1:${await closedPort()}/hook/${chat.token}?access_token=${chat.token}`;
    const said = `no: ${chat.url} ${chat.token} ${secret} ${encodeURIComponent(secret)}`;
    chat.answerNext({ status: 200, body: { code: 19_021, msg: said, errcode: 310_000, errmsg: said } });
    const running = await start(`{${service}: {url_file: /secrets/url, secret: '${secret}'}}`, { '/secrets/url': chat.url });
    const answers = [(await call(running, service)).body];
    expect(answers[0]).toContain('no: ***');
    running.files.set('/secrets/url', unreachable);
    const pending = call(running, service);
    await until('a scrape meanwhile', async () => (await running.page('/-/healthy')).status);
    running.files.set('/secrets/url', 'no address but a secret: hunter2');
    answers.push((await pending).body);
    const pages = await Promise.all(['/metrics', '/config', '/', '/divergence', '/-/ready'].map((path) => running.page(path)));
    const everything = [...answers, ...pages.map(({ body }) => body), ...running.output].join('\n');
    expect(everything).toContain('<secret>');
    expect(everything).toContain('is not a URL');
    for (const hidden of [chat.token, secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), 'hunter2']) expect(everything.includes(hidden), `tells ${hidden}`).toBe(false);
  });
});
