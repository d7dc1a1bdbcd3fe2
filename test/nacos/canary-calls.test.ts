/** The one door through which the program writes, and what does not get through it. */

import { describe, expect, it } from 'vitest';
import {
  assertCanary, canaryGroup, canaryRequest, canaryShown, checkCanaryAnswer, shownIn, type CanaryCall, type CanaryInstance,
} from '../../src/nacos/canary-calls.ts';
import { createNodeClient } from '../../src/nacos/client.ts';
import { NacosError } from '../../src/nacos/errors.ts';
import { assertReadOnly } from '../../src/nacos/read-only.ts';
import type { WireRequest, WireResponse } from '../../src/nacos/transport.ts';

const instance: CanaryInstance = { namespace: 'probes', name: 'host-1.10.0.0.1-8848.2', ip: '192.0.2.7', port: 2_000, round: 'abc' };
const calls: readonly CanaryCall[] = [
  { kind: 'register', instance }, { kind: 'beat', instance }, { kind: 'deregister', instance },
  { kind: 'subscribe', instance, clientIp: '10.0.0.9', udpPort: 50_000 },
];
const fieldsOf = (call: CanaryCall): Readonly<Record<string, string>> => {
  const { path, body } = canaryRequest(call);
  return Object.fromEntries(new URLSearchParams(body ?? path.split('?')[1]));
};

describe('what the canary says', () => {
  it('is four calls, each of its own service', () => {
    expect(calls.map((call) => [canaryRequest(call).method, canaryRequest(call).path.split('?')[0]])).toEqual([
      ['POST', '/v1/ns/instance'], ['PUT', '/v1/ns/instance/beat'], ['DELETE', '/v1/ns/instance'], ['GET', '/v1/ns/instance/list'],
    ]);
    for (const call of calls) {
      expect(fieldsOf(call)).toMatchObject({ namespaceId: 'probes', groupName: canaryGroup, serviceName: `${canaryGroup}@@${instance.name}` });
      expect(() => assertCanary(canaryRequest(call))).not.toThrow();
    }
  });

  it('registers an ephemeral instance that nobody is sent to and that soon expires', () => {
    const fields = fieldsOf(calls[0]!);
    expect(fields).toMatchObject({ ip: '192.0.2.7', port: '2000', ephemeral: 'true', weight: '0', enabled: 'true' });
    expect(JSON.parse(fields['metadata']!)).toEqual({ 'preserved.heart.beat.timeout': '10000', 'preserved.ip.delete.timeout': '20000', round: 'abc' });
    // A beat that registers it again must not make it last.
    expect(JSON.parse(fieldsOf(calls[1]!)['beat']!)).toMatchObject({ weight: 0, metadata: JSON.parse(fields['metadata']!) });
  });

  it('is none of the reads', () => {
    for (const call of calls) {
      const { method, path } = canaryRequest(call);
      expect(() => assertReadOnly(method, path)).toThrow(expect.objectContaining({ code: 'NACOS_UNSAFE_CALL' }));
    }
  });
});

describe('what does not get through', () => {
  const { method, path, body } = canaryRequest(calls[0]!);
  const deregistration = canaryRequest(calls[2]!);
  const changed = (name: string, value: string): string => {
    const fields = new URLSearchParams(body);
    fields.set(name, value);
    return fields.toString();
  };

  it.each([
    ['another service', method, path, changed('serviceName', 'DEFAULT_GROUP@@orders')],
    ['a service of the default group', method, path, changed('serviceName', 'host-1')],
    ['a service whose name only begins so', method, path, changed('serviceName', `${canaryGroup}@@a@@b`)],
    ['another group', method, path, changed('groupName', 'DEFAULT_GROUP')],
    ['no namespace', method, path, changed('namespaceId', '')],
    ['an address that may be somebody\'s', method, path, changed('ip', '10.0.0.1')],
    ['an address that only looks like one', method, path, changed('ip', '192.0.2.1.example.org')],
    ['port 0', method, path, changed('port', '0')],
    ['a persistent instance', method, path, changed('ephemeral', 'false')],
    ['a name twice', method, path, `${body}&serviceName=orders`],
    ['parameters in two places', method, `${path}?serviceName=orders`, body],
    ['a registration over /v3/client', method, '/v3/client/ns/instance', body],
    ['a service', method, '/v1/ns/service', body],
    ['its removal', 'DELETE', deregistration.path.replace('/instance', '/service'), undefined],
    ['a change of an instance', 'PUT', path, body],
    ['a path that leads elsewhere', method, '/v1/ns/instance/../service', body],
    ['switches', 'PUT', '/v1/ns/operator/switches?entry=pushEnabled&value=false', undefined],
    ['a deregistration of another address', 'DELETE', deregistration.path.replace('192.0.2.7', '10.0.0.1'), undefined],
    ['a subscription to another service', 'GET', canaryRequest(calls[3]!).path.replace(instance.name, 'a%40%40b'), undefined],
  ] as const)('%s', (_, how, where, what) => {
    expect(() => assertCanary({ method: how, path: where, ...(what === undefined ? {} : { body: what }) })).toThrow(expect.objectContaining({ code: 'NACOS_UNSAFE_CALL' }));
  });

  it.each([
    ['name', { name: 'a@@b' }], ['name', { name: '' }], ['name', { name: 'a b' }], ['address', { ip: '10.0.0.1' }], ['address', { ip: '192.0.2.255' }],
    ['port', { port: 70_000 }], ['namespace', { namespace: '' }],
  ])('an instance with a %s of its own making: %o', async (_, change) => {
    const sent: WireRequest[] = [];
    const client = clientOn(sent, () => ({ status: 200, text: 'ok' }));
    await expect(client.canary({ kind: 'register', instance: { ...instance, ...change } })).rejects.toThrow(expect.objectContaining({ code: 'NACOS_UNSAFE_CALL' }));
    expect(sent).toEqual([]);
  });
});

function clientOn(sent: WireRequest[], answer: (request: WireRequest) => { readonly status: number; readonly text: string }) {
  return createNodeClient({
    transport: {
      request(request): Promise<WireResponse> {
        sent.push(request);
        const { status, text } = answer(request);
        return Promise.resolve({ status, headers: {}, body: Buffer.from(text), headersMs: 1, durationMs: 2 });
      },
      close: () => Promise.resolve(),
    },
    contextPath: '/nacos', timeoutMs: 1_000, maxBytes: 1_000, userAgent: 'nacos-exporter/test',
  });
}

describe('a client', () => {
  it('sends below its context and is a client of Nacos only where it subscribes', async () => {
    const sent: WireRequest[] = [];
    const client = clientOn(sent, () => ({ status: 200, text: '{"code":10200}' }));
    for (const call of calls) await client.canary(call);
    expect(sent.map(({ path }) => path.split('?')[0])).toEqual(['/nacos/v1/ns/instance', '/nacos/v1/ns/instance/beat', '/nacos/v1/ns/instance', '/nacos/v1/ns/instance/list']);
    expect(sent.map(({ headers }) => headers['user-agent'])).toEqual([...Array.from({ length: 3 }, () => 'nacos-exporter/test'), 'Nacos-Java-Client:v1.4.1']);
  });

  it.each([[410, 'gone'], [500, 'status'], [403, 'auth']])('tells HTTP %i as %s', async (status, reason) => {
    const client = clientOn([], () => ({ status, text: 'no' }));
    await expect(client.canary(calls[0]!)).rejects.toMatchObject({ reason, httpStatus: status });
  });
});

describe('answers', () => {
  it.each([
    ['{"clientBeatInterval":5000,"code":10200,"lightBeatEnabled":true}', true],
    // 1.1.
    ['{"clientBeatInterval":5000}', true],
    ['ok', true],
    ['{"code":20404}', false],
  ])('%s to a beat', (text, fine) => {
    const check = (): void => checkCanaryAnswer('beat', text);
    expect(fine ? undefined : NacosError).toBe(outcome(check));
  });

  const answered = (status: number, body: string) => canaryShown(instance).decode({ status, header: () => undefined, text: () => body, json: () => JSON.parse(body) as unknown });
  const host = (change: object): string => JSON.stringify({ hosts: [{ ip: '192.0.2.7', port: 2_000, metadata: { round: 'abc' }, ...change }] });

  it.each([
    ['this registration', host({}), { present: true, current: true }],
    ['an earlier one', host({ metadata: { round: 'abb' } }), { present: true, current: false }],
    ['another port', host({ port: 2_001 }), { present: false, current: false }],
    ['no metadata', host({ metadata: null }), { present: true, current: false }],
    ['nothing', '{"hosts":[]}', { present: false, current: false }],
    ['no list', '{}', { present: false, current: false }],
  ])('a list with %s', (_, body, shown) => {
    expect(answered(200, body)).toEqual(shown);
  });

  it('no such service', () => {
    expect(answered(404, 'service not found')).toEqual({ present: false, current: false });
  });

  it('something else is an error, not an absence', () => {
    expect(() => shownIn([], instance, 'push')).toThrow(NacosError);
    expect(() => shownIn({ hosts: 'none' }, instance, 'push')).toThrow(NacosError);
  });
});

function outcome(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as object).constructor;
  }
}
