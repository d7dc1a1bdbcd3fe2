/** One real r-nacos server on loopback, where its binary is installed: named by `RNACOS_BIN`, or `rnacos` on the path. */

import { join } from 'node:path';
import type { LabNode } from './cluster.ts';
import { temporaryFolder } from './guard.ts';
import { plainHttp } from './http.ts';
import { freeBasePort } from './ports.ts';
import { startProcess } from './processes.ts';
import { findTool } from './tools.ts';
import { until } from './wait.ts';

export interface RunningRnacos {
  /** For the lab's clients; it speaks the API of Nacos 1.x. */
  readonly node: LabNode;
  stop(): Promise<void>;
}

export function rnacosBinary(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env.RNACOS_BIN ?? findTool('rnacos');
}

export async function startRnacos(binary: string): Promise<RunningRnacos> {
  const folder = await temporaryFolder('rnacos');
  const port = await freeBasePort(1);
  const address = `127.0.0.1:${port}`;
  const url = `http://${address}/nacos`;
  const child = await startProcess(binary, [], {
    cwd: folder.path,
    output: join(folder.path, 'rnacos.log'),
    env: {
      ...process.env,
      RNACOS_HTTP_PORT: String(port),
      RNACOS_GRPC_PORT: String(port + 1000),
      RNACOS_HTTP_CONSOLE_PORT: String(port + 2000),
      RNACOS_CONFIG_DB_DIR: join(folder.path, 'data'),
      RNACOS_RAFT_NODE_ADDR: `127.0.0.1:${port + 1000}`,
      RNACOS_RAFT_NODE_ID: '1',
      RNACOS_RAFT_AUTO_INIT: 'true',
    },
  });
  async function stop(): Promise<void> {
    await child.end(3_000);
    await folder.remove();
  }
  await until('r-nacos ready', 30_000, async () => ((await plainHttp(`http://${address}/health`)).status === 200 ? true : undefined)).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { node: { version: '1.4.1', address, url, consoleUrl: url, pid: child.pid }, stop };
}
