/** Tables: durations, sizes, addresses, near names. */

import { describe, expect, it } from 'vitest';
import { formatServer, parseListenAddress, parseServer } from '../../src/config/address.ts';
import { nearest } from '../../src/config/nearest.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../src/config/units.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500], ['15s', 15_000], ['5m', 300_000], ['1h', 3_600_000], ['1h30m', 5_400_000], ['1d', 86_400_000], ['0s', 0], ['1m1s1ms', 61_001],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toEqual({ value: milliseconds });
  });

  it.each(['', '15', 's', '1.5s', '-1s', '5 s', '5S', '1s1m', '1s1s', '15sec', '1h 30m', '٣s'])('"%s" is none', (text) => {
    expect(parseDuration(text)).toMatchObject({ mistake: { code: 'bad_duration' } });
  });

  it.each([[0, '0s'], [500, '500ms'], [1500, '1s500ms'], [15_000, '15s'], [90_000, '1m30s'], [86_400_000, '24h']])('%d ms is written %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
    expect(parseDuration(text)).toEqual({ value: milliseconds });
  });
});

describe('sizes', () => {
  it.each([['1B', 1], ['64KB', 64_000], ['64KiB', 65_536], ['64MB', 64_000_000], ['1MiB', 1_048_576], ['1GB', 1e9], ['2GiB', 2 ** 31]])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toEqual({ value: bytes });
    expect(parseSize(formatSize(bytes))).toEqual({ value: bytes });
  });

  it.each(['', '64', '64mb', '64M', '1.5MB', '-1MB', '64 MB', 'MB'])('"%s" is none', (text) => {
    expect(parseSize(text)).toMatchObject({ mistake: { code: 'bad_size' } });
  });

  it('finds the shortest exact text', () => {
    expect([0, 999, 1000, 1024, 64_000_000, 64 * 2 ** 20, 1_000_001].map(formatSize)).toEqual(['0B', '999B', '1KB', '1KiB', '64MB', '64MiB', '1000001B']);
  });
});

describe('server addresses', () => {
  it.each([
    ['nacos', 'http://nacos:8848/nacos'],
    ['nacos:80', 'http://nacos:80/nacos'],
    ['nacos/', 'http://nacos:8848/'],
    ['http://nacos', 'http://nacos:8848/nacos'],
    ['https://nacos', 'https://nacos:8848/nacos'],
    ['HTTPS://Nacos:443/', 'https://Nacos:443/'],
    ['http://10.0.0.1:8848/registry/v', 'http://10.0.0.1:8848/registry/v'],
    ['http://nacos:8848/nacos/', 'http://nacos:8848/nacos'],
    ['[::1]', 'http://[::1]:8848/nacos'],
    ['http://[2001:db8::1]:8849/x', 'http://[2001:db8::1]:8849/x'],
    ['nacos_1.default.svc.cluster.local.', 'http://nacos_1.default.svc.cluster.local.:8848/nacos'],
    ['http:8848', 'http://http:8848/nacos'],
  ])('%s is %s', (text, full) => {
    const result = parseServer(text);

    expect(result).toHaveProperty('value');
    if (!('value' in result)) return;
    expect(formatServer(result.value)).toBe(full);
    expect(parseServer(full)).toEqual(result);
  });

  it.each([
    ['http://u:hunter2@a', 'credentials do not belong in an address'],
    ['a/?token=hunter2', 'no query'],
    ['a#hunter2', 'no query and no fragment'],
    ['http://', 'the host is missing'],
    ['[::1', 'not an IPv6 address'],
    ['[::1]x', 'not'],
    ['a:8848:9848', 'brackets'],
    ['-a', 'not a host name'],
    ['1.2.3', 'not an IPv4 address'],
    ['\u0430', 'not a host name'],
  ])('%s is refused: %s', (text, problem) => {
    const result = parseServer(text);

    expect(result).toMatchObject({ mistake: { code: 'bad_server', message: expect.stringContaining(problem) as string } });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});

describe('listen addresses', () => {
  it.each([
    [':18848', { port: 18_848 }], ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }], ['[::]:1', { host: '::', port: 1 }], ['localhost:65535', { host: 'localhost', port: 65_535 }],
  ])('%s', (text, value) => {
    expect(parseListenAddress(text)).toEqual({ value });
  });

  it.each(['', '18848', 'localhost', ':', ':x', ':65536', '::1', '[::1]', 'http://:18848', 'a b:1'])('"%s" is none', (text) => {
    expect(parseListenAddress(text)).toMatchObject({ mistake: { code: 'bad_address' } });
  });
});

describe('nearest', () => {
  const names = ['web.listen-address', 'web.config.file', 'config.file', 'nacos.server', 'nacos.password-file', 'help'];

  it.each([
    ['web.listen-adress', 'web.listen-address'], ['listen-address', 'web.listen-address'], ['listen_addres', 'web.listen-address'],
    ['nacos.servers', 'nacos.server'], ['nacos.password', 'nacos.password-file'], ['config', 'config.file'], ['hlep', 'help'], ['halp', 'help'],
    ['zookeeper', undefined], ['x', undefined], ['', undefined],
  ])('%s leads to %s', (name, found) => {
    expect(nearest(name, names)).toBe(found);
  });
});
