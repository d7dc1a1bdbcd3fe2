#!/usr/bin/env node
/** Program entry: the machine, the command, the exit code. The only file that touches process. */

import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './cli/commands.ts';
import type { Machine } from './cli/machine.ts';
import { openPort } from './nacos/open-port.ts';

function untilStopped(onHangup: () => void): Promise<string> {
  return new Promise((resolve) => {
    process.on('SIGHUP', onHangup);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
const readFile = (path: string): string => readFileSync(path, 'utf8');

const machine: Machine = {
  now: Date.now,
  random: Math.random,
  pause: () => nextTurn(),
  wait: (ms) => sleep(ms, undefined, { ref: false }),
  openPort,
  secrets: { readFile, env: process.env },
  readFile,
  writeFile: (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  },
  env: process.env,
  build: { version, revision: 'unknown' },
  nodeVersion: process.version,
  hostName: hostname(),
  print: (line) => void process.stdout.write(`${line}\n`),
  printError: (line) => void process.stderr.write(`${line}\n`),
  untilStopped,
};

process.exitCode = await runCommand(process.argv.slice(2), machine);
