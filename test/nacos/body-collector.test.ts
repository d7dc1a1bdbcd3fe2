import { describe, expect, it } from 'vitest';
import { createBodyCollector } from '../../src/nacos/body-collector.ts';

describe('a body collector', () => {
  it('joins chunks, whatever was promised', () => {
    for (const length of [Number.NaN, 0, 3, 6, 100]) {
      const body = createBodyCollector(100);
      expect(body.expect(length)).toBe(true);
      expect(['ab', 'cd', 'ef'].every((chunk) => body.push(Buffer.from(chunk)))).toBe(true);
      expect(body.take().toString()).toBe('abcdef');
    }
  });

  it('refuses at the promise, at the byte that is too many, and ever after', () => {
    expect(createBodyCollector(10).expect(11)).toBe(false);
    const body = createBodyCollector(3);
    expect(body.push(Buffer.from('abc'))).toBe(true);
    expect(body.push(Buffer.from('d'))).toBe(false);
    expect(body.push(Buffer.from(''))).toBe(false);
    expect(body.bytes()).toBe(4);
  });

  it('holds millions of tiny chunks in the size of their bytes', () => {
    const body = createBodyCollector(4_000_000);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 2_000_000; i += 1) body.push(Buffer.of(i & 0xff));
    expect(body.take()).toHaveLength(2_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});
