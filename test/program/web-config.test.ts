/** The whole program with a web configuration: from the flag to the socket, and through a reload. */

import { request } from 'node:https';
import { afterEach, expect, it } from 'vitest';
import { closedPort } from '../fakes/fake-server.ts';
import { login, pem, tls, users } from '../server/web-config/fixture.ts';
import { startProgram, type Program } from './program.ts';

let running: Program | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const dave = { headers: login('dave', 'dave123') };

async function start(files: Readonly<Record<string, string>>, web = '{config_file: web.yml}'): Promise<Program> {
  running = await startProgram({ config: `clusters: [{name: c, servers: ['http://127.0.0.1:${await closedPort()}']}]\nweb: ${web}\n`, files });
  return running;
}

it('asks for a password, takes another file at a reload and keeps the one in force when the next is bad', async () => {
  const { page, files, output } = await start({ 'web.yml': users });
  expect((await page('/metrics')).status).toBe(401);
  expect((await page('/metrics', dave)).status).toBe(200);
  files.set('web.yml', users.replace('dave', 'carol'));
  expect((await page('/-/reload', { method: 'POST', ...dave })).status).toBe(200);
  expect((await page('/metrics', dave)).status).toBe(401);
  const carol = { headers: login('carol', 'dave123') };
  files.set('web.yml', 'basic_auth_users: {carol: dave123}\n');
  expect(await page('/-/reload', { method: 'POST', ...carol })).toMatchObject({ status: 500, body: expect.stringContaining('web.yml:1:27: basic_auth_users.carol: is not a bcrypt hash') });
  expect((await page('/metrics', carol)).status).toBe(200);
  files.set('exporter.yaml', files.get('exporter.yaml')!.replace('config_file: web.yml', 'lifecycle: off'));
  expect((await page('/-/reload', { method: 'POST', ...carol })).status).toBe(200);
  expect((await page('/metrics')).status).toBe(200);
  expect(await page('/-/reload', { method: 'POST' })).toMatchObject({ status: 403, body: expect.stringContaining('turned off') });
  expect(output.join('\n')).not.toContain('dave123');
});

it('serves TLS, and refuses a reload that would turn it off', async () => {
  const { address, files, hangUp, output } = await start({ 'web.yml': tls, 'server.crt': pem('server.crt'), 'server.key': pem('server.key') });
  const status = (): Promise<number> => new Promise((resolve, reject) => {
    request(`https://${address}/-/healthy`, { ca: pem('ca.crt'), agent: false }, (response) => resolve(response.resume().statusCode!)).on('error', reject).end();
  });
  expect(await status()).toBe(200);
  files.set('web.yml', '');
  hangUp();
  await expect.poll(() => output.join('\n')).toContain('TLS cannot be turned off while the program runs');
  expect(await status()).toBe(200);
});

it('does not start with a web configuration that cannot be used', async () => {
  await expect(start({ 'web.yml': tls })).rejects.toThrow('cannot read "server.crt": no such file (file_unreadable)');
});
