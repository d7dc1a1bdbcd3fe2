/** `config check`: the report and the exit code. */

import { describe, expect, it } from 'vitest';
import { configCheck } from '../../src/cli/config-check.ts';
import { corpus, readFile, secretMark } from './corpus.ts';

function run(argv: readonly string[], env: Readonly<Record<string, string>> = { PASSWORD: secretMark, WECOM: `https://host/send?key=${secretMark}` }) {
  const lines: string[] = [];
  const code = configCheck({ argv, env, readFile: readFile(), print: (line) => void lines.push(line) });
  return { code, lines };
}

describe('configCheck', () => {
  it('counts what there is to watch', () => {
    expect(run(['--config.file=/corpus/good/servers-elsewhere.yaml', '--nacos.server=a,b', '--nacos.password-file=/secrets/password']).lines).toContain('configuration is valid: 1 cluster, 2 servers');
    expect(run(['--nacos.server=a'])).toEqual({ code: 0, lines: ['configuration is valid: 1 cluster, 1 server'] });
  });

  it('prints every mistake with its place', () => {
    expect(run(['--config.file=/corpus/bad/duplicate-key.yaml'])).toEqual({
      code: 1,
      lines: [
        '/corpus/bad/duplicate-key.yaml:3:3: log.level: the key is written twice in one mapping (duplicate_key)',
        '/corpus/bad/duplicate-key.yaml:7:5: clusters[0].name: the key is written twice in one mapping (duplicate_key)',
        'configuration is not valid: 2 mistakes',
      ],
    });
  });

  it('prints the mistakes of the web configuration with their places', () => {
    expect(run(['--nacos.server=a', '--web.config.file=/web/bad.yml'])).toEqual({
      code: 1,
      lines: [
        '/web/bad.yml:1:26: basic_auth_users.john: is not a bcrypt hash such as htpasswd -nBC 10 prints (bad_hash)',
        'configuration is not valid: 1 mistake',
      ],
    });
  });

  it('prints warnings without failing', () => {
    const { code, lines } = run(['--nacos.server=a'], { NACOS_EXPORTER_LOG_LEVLE: 'x' });

    expect(code).toBe(0);
    expect(lines[0]).toBe('warning: NACOS_EXPORTER_LOG_LEVLE: unknown environment variable; did you mean "NACOS_EXPORTER_LOG_LEVEL"? (unknown_variable)');
  });

  it.each(corpus('bad'))('refuses %s', (name) => {
    expect(run([`--config.file=/corpus/bad/${name}`]).code).toBe(1);
  });
});
