/** The simulated cluster's face: what the demo, tests and benchmarks use. */

export { realClock, virtualClock } from './clock.ts';
export type { Cancel, SimClock, Timeline, VirtualClock } from './clock.ts';
export type { Bulk } from './changes.ts';
export { createCluster } from './cluster.ts';
export type { ClusterOptions, SimCluster } from './cluster.ts';
export { fillDemo, fillLab } from './contents.ts';
export type { Fault, FaultKind, WireFault } from './faults.ts';
export type { SimRequest, SimResponse } from './http/exchange.ts';
export type { StartOptions } from './life.ts';
export { listen } from './listen.ts';
export type { ListenOptions, Listening } from './listen.ts';
export { listensAt } from './ports.ts';
export { instanceKey } from './model.ts';
export type { MemberState, Registration, Registry, Selector, ServiceId, SimInstance, Totals } from './model.ts';
export type { SimNode } from './node.ts';
export type { Difference } from './registry.ts';
export type { AuthOptions, ConsoleNamespace } from './world.ts';
export { scenarioNamed, scenarios } from './scenarios/index.ts';
export type { Scenario, ScenarioOptions } from './scenarios/scenario.ts';
