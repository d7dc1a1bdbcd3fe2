/** An ordinary day: every instance of a service replaced one by one. */

import { keepBeating } from '../../lab/beats.ts';
import type { LabNode } from '../../lab/cluster.ts';
import { deregister, type Instance, register } from '../../lab/registry.ts';
import { sleep } from '../../lab/wait.ts';
import { extra } from './extras.ts';

/** The successor is there before its predecessor leaves, and each has so long to come up. */
const pauseMs = 1_000;

export interface Deployed {
  /** Its clients fall silent. */
  stop(): Promise<void>;
}

/** A service whose instances beat, each of which is replaced by one of the next version. It goes on until stopped. */
export async function deploy(nodes: readonly LabNode[], { service, instances }: { readonly service: string; readonly instances: number }): Promise<Deployed> {
  const generation = (third: number, version: string): readonly Instance[] =>
    Array.from({ length: instances }, (_, i) => extra(service, `127.0.${third}.${1 + i}`, { metadata: { version, app_registry_tag: `${version}-${i}` } }));
  const at = (i: number): LabNode => nodes[i % nodes.length]!;
  const running = new Map<string, ReturnType<typeof keepBeating>>();
  const start = async (instance: Instance, i: number): Promise<void> => {
    await register(at(i), instance);
    running.set(instance.ip, keepBeating(nodes, [instance]));
  };
  const stop = async (): Promise<void> => void (await Promise.all([...running.values()].map((beating) => beating.stop())));
  const [before, after] = [generation(5, '1.0'), generation(6, '2.0')];
  try {
    await Promise.all(before.map(start));
    await sleep(15_000);
    for (const [i, instance] of after.entries()) {
      await start(instance, i);
      await sleep(pauseMs);
      const leaving = before[i]!;
      await running.get(leaving.ip)?.stop();
      running.delete(leaving.ip);
      await deregister(at(i), leaving);
    }
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
