/** Hostile texts lose what makes them hostile, and ordinary ones stay as they are. */

import { describe, expect, it } from 'vitest';
import { byteLength, clip, inert, linkTarget, oneLine, plain } from '../../src/relay/escape.ts';

describe('oneLine', () => {
  it.each([
    ['a\nb\r\n\tc', 'a b c'],
    [' \u0000a\u001b[31m\u007fb ', 'a [31m b'],
    ['abc\u202edef\u2066\u200b\ufeff', 'abcdef'],
    ['half \ud83d of a pair', 'half of a pair'],
    ['line\u2028separator', 'line separator'],
    ['订单 📦 order_service#8848#DEFAULT', '订单 📦 order_service#8848#DEFAULT'],
  ])('makes %j into %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });
});

describe('clip', () => {
  it.each([
    ['short', 5, 'short'],
    ['longer', 5, 'lo…'],
    ['订单服务', 12, '订单服务'],
    ['订单服务', 11, '订单…'],
    ['📦📦📦', 9, '📦…'],
    ['x'.repeat(1_000_000), 10, 'xxxxxxx…'],
  ])('cuts %j to %i bytes', (text, bytes, clipped) => {
    expect(clip(text, bytes)).toBe(clipped);
    expect(byteLength(clipped)).toBeLessThanOrEqual(bytes);
  });
});

describe('inert', () => {
  it.each([
    ['<@all>', '＜＠all＞'],
    ['&lt;@all&gt;', '＆lt;＠all＆gt;'],
    ['@13800001111 hello', '＠13800001111 hello'],
    ['[click](http://evil)', '［click］(http://evil)'],
    ['**bold** `code` ~~gone~~', '＊＊bold＊＊ ｀code｀ ～～gone～～'],
    ['# heading', '＃ heading'],
    ['trailing \\', 'trailing ＼'],
    ['__bold__ _it_', '＿＿bold＿＿ ＿it＿'],
    ['DEFAULT_GROUP@@order_service__v2 10.0.0.1#8848#c', 'DEFAULT_GROUP@@order_service__v2 10.0.0.1#8848#c'],
  ])('makes %j into %j', (text, written) => {
    expect(inert(text)).toBe(written);
  });
});

describe('plain', () => {
  it.each([
    ['<at id=all></at>', '＜at id=all>＜/at>'],
    ['< AT user_id="all">', '＜ AT user_id="all">'],
    ['a < b, [x](y) **', 'a < b, [x](y) **'],
  ])('makes %j into %j', (text, written) => {
    expect(plain(text)).toBe(written);
  });
});

describe('linkTarget', () => {
  it.each([
    ['https://example.org/a?b=c&d=e#f', 'https://example.org/a?b=c&d=e#f'],
    ['http://p:9090/graph?g0.expr=max(up) > 1 [5m]', 'http://p:9090/graph?g0.expr=max%28up%29%20%3E%201%20%5B5m%5D'],
    ['https://example.org/)<@all>**', 'https://example.org/%29%3C%40all%3E%2A%2A'],
  ])('lets %s stand in a link', (text, target) => {
    expect(linkTarget(text, 200)).toBe(target);
  });

  it.each(['', 'javascript:alert(1)', 'data:text/html,x', 'ftp://host/', '/relative', 'https://user:pass@host/', 'https://', `https://host/${'x'.repeat(200)}`])('refuses %s', (text) => {
    expect(linkTarget(text, 200)).toBeUndefined();
  });
});
