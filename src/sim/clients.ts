/** Clients that keep a gRPC connection to a node, to hear of changes: every node knows all of them. */

import type { NodeState, World } from './world.ts';

export interface SdkClient {
  /** To which it is connected. */
  readonly node: NodeState;
  readonly ip: string;
  readonly port: number;
  /** As it names itself. */
  readonly version: string;
}

/** Every third one is older. */
const versions = ['Nacos-Java-Client:v2.3.2', 'Nacos-Java-Client:v2.3.2', 'Nacos-Java-Client:v2.1.0'];

export function sdkClients(world: World): readonly SdkClient[] {
  const nodes = world.nodes.filter((node) => node.running && node.traits.number >= 20_000);
  return nodes.flatMap((node) => Array.from({ length: node.sdkClients?.count ?? world.sdkClients }, (_, i): SdkClient => ({
    node, ip: `10.2.${node.index}.${i + 1}`, port: 50_000 + i, version: node.sdkClients?.version ?? versions[i % versions.length]!,
  })));
}
