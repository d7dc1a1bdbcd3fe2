/**
 * Health check of the container, in place of curl: exit 0 if the exporter answers. It may serve TLS, ask for a password or for a
 * client certificate, of which this knows nothing: 401, and a handshake that the server itself breaks off, are answers too.
 *
 *     node health.mjs [URL]      default: http://127.0.0.1:18848/-/healthy, or NACOS_EXPORTER_HEALTH_URL
 */

import http from 'node:http';
import https from 'node:https';

const address = new URL(process.argv[2] ?? (process.env.NACOS_EXPORTER_HEALTH_URL || 'http://127.0.0.1:18848/-/healthy'));
const timeoutMs = 4000;

/** Status of the answer, or the code of what went wrong. */
function ask(protocol) {
  const { get } = protocol === 'https:' ? https : http;
  return new Promise((resolve) => {
    let secured = false;
    const url = new URL(address);
    url.protocol = protocol;
    const request = get(url, { rejectUnauthorized: false, timeout: timeoutMs, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('socket', (socket) => socket.on('secureConnect', () => (secured = true)));
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    // For want of a certificate of ours: an alert within the handshake, or the end of the connection after it.
    const refused = (error) => (secured && error.code !== 'ETIMEDOUT') || /\balert\b/i.test(error.message);
    request.on('error', (error) => resolve(refused(error) ? 'refused' : (error.code ?? error.message)));
  });
}

const silent = new Set(['ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH']);
let answer = await ask(address.protocol);
// What speaks TLS alone breaks a plain request off, or answers it with 400.
if (address.protocol === 'http:' && ((typeof answer === 'string' && !silent.has(answer)) || answer === 400)) answer = await ask('https:');
const healthy = answer === 200 || answer === 401 || answer === 'refused';
if (!healthy) process.stderr.write(`unhealthy: ${answer}\n`);
process.exit(healthy ? 0 : 1);
