import { describe, expect, it } from 'vitest';
import { oneLine } from '../../src/nacos/redact.ts';

describe('a line', () => {
  it('is one line, trimmed and short', () => {
    expect(oneLine('  a\r\n\tb\u0000c\u001b[31m ')).toBe('a b c [31m');
    expect(oneLine('x'.repeat(500))).toHaveLength(120);
    expect(oneLine('x'.repeat(500)).endsWith('…')).toBe(true);
  });

  it.each([
    ['as it is', 'wrong p@ss w0rd"é given'],
    ['as a form writes it', new URLSearchParams({ password: 'p@ss w0rd"é' }).toString()],
    ['as an address writes it', `?password=${encodeURIComponent('p@ss w0rd"é')}`],
    ['as JSON writes it', JSON.stringify({ password: 'p@ss w0rd"é' })],
  ])('masks a secret %s', (_name, text) => {
    const line = oneLine(text, ['p@ss w0rd"é']);
    expect(line).toContain('***');
    expect(line).not.toMatch(/w0rd/);
  });

  it('masks what looks like a token, known or not', () => {
    expect(oneLine('token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJuYWNvcyJ9.cHh7kEz_oo4 expired')).toBe('token *** expired');
    expect(oneLine('sent Bearer abc.def! to x')).toBe('sent Bearer *** to x');
    expect(oneLine('they eyed the keys')).toBe('they eyed the keys');
  });

  it('ignores an empty secret', () => {
    expect(oneLine('abc', [''])).toBe('abc');
  });
});
