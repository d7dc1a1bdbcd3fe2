/** A subscriber's port, over real sockets on loopback. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { openPushListener, readPacket, type PushListener } from '../../src/nacos/push-listener.ts';

const list = { hosts: [{ ip: '192.0.2.7', port: 2_000 }] };
const packet = JSON.stringify({ type: 'dom', data: JSON.stringify(list), lastRefTime: 1_234 });

describe('a packet', () => {
  it.each([
    ['plain', Buffer.from(packet)], ['zipped', gzipSync(packet)],
  ])('is read %s', (_, bytes) => {
    expect(readPacket(bytes)).toEqual({ lastRefTime: 1_234, list });
  });

  it.each([
    ['no JSON', Buffer.from('hello')], ['another type', Buffer.from('{"type":"dump","data":"{}"}')], ['no list', Buffer.from('{"type":"dom","data":"{"}')],
    ['no object', Buffer.from('null')], ['half a zipped one', gzipSync(packet).subarray(0, 20)], ['one that grows beyond measure', gzipSync(Buffer.alloc(1_000_000, 32))],
    ['nothing', Buffer.alloc(0)],
  ])('is nothing where it holds %s', (_, bytes) => {
    expect(readPacket(bytes)).toBeUndefined();
  });
});

describe('a listener', () => {
  let listener: PushListener;
  afterEach(() => listener.close());

  it('tells what is pushed, and answers so that it is not pushed again', async () => {
    listener = await openPushListener();
    const told: unknown[] = [];
    const forget = listener.onPush((one) => void told.push(one));
    const server = createSocket('udp4');
    try {
      server.send('garbage', listener.port, '127.0.0.1');
      server.send(packet, listener.port, '127.0.0.1');
      const [answer] = (await once(server, 'message')) as [Buffer];
      expect(JSON.parse(answer.toString())).toEqual({ type: 'push-ack', lastRefTime: '1234', data: '' });
      expect(told).toEqual([list]);
      forget();
      server.send(packet, listener.port, '127.0.0.1');
      await once(server, 'message');
      expect(told).toHaveLength(1);
    } finally {
      server.close();
    }
  });

  it('knows its own address on the way to a host', async () => {
    listener = await openPushListener();
    expect(await listener.addressTowards('127.0.0.1', 8848)).toBe('127.0.0.1');
    await expect(listener.addressTowards('no-such-host.invalid', 8848)).rejects.toThrow(/no-such-host/);
  });
});
