/**
 * Every number that decides about an alert: alert, key, default, unit, and why it is what it is. A user's values replace
 * the defaults, key by key. `for` is how long a condition must hold; where it is missing an alert fires at once.
 */

export type Unit = 'duration' | 'ratio' | 'seconds' | 'count';

export interface Threshold<T extends string | number = string | number> {
  readonly default: T;
  readonly unit: Unit;
  readonly why: string;
}

const duration = (value: string, why: string): Threshold<string> => ({ default: value, unit: 'duration', why });
const ratio = (value: number, why: string): Threshold<number> => ({ default: value, unit: 'ratio', why });
const seconds = (value: number, why: string): Threshold<number> => ({ default: value, unit: 'seconds', why });
const count = (value: number, why: string): Threshold<number> => ({ default: value, unit: 'count', why });

export const thresholds = {
  // Nodes
  NacosClusterDown: { for: duration('1m', 'A node counts as down after two failed checks, 10 s; a minute more is no blip of the network.') },
  NacosQuorumLost: { for: duration('30s', 'Writes fail from the first second; two evaluations rule out a single bad poll.') },
  NacosQuorumAtRisk: { for: duration('2m', 'The restart of one node takes about a minute.') },
  NacosNodeDown: { for: duration('1m', 'A node counts as down after two failed checks, 10 s.') },
  NacosNodeNotReady: { for: duration('2m', 'A starting node is not ready for up to a minute.') },
  NacosNodeJoinStuck: { for: duration('10m', 'A node of 100,000 instances fills in one to three minutes; a snapshot that is too large never arrives.') },
  NacosMembershipDisagreement: { for: duration('2m', 'Members report to each other every few seconds, and suspect each other for some more.') },
  NacosMixedVersions: { for: duration('1h', 'A rolling upgrade of a few nodes takes less.') },
  NacosSwitchDrift: { for: duration('2m', 'A change of a switch reaches all nodes by Raft within seconds; two polls see it.') },
  NacosClockSkew: {
    offset: seconds(5, 'Beats of 1.x come every 5 s: from this offset on, they are judged by the wrong clock.'),
    for: duration('5m', 'A step of the clock by NTP is over sooner.'),
  },
  NacosDatabaseUnavailable: { for: duration('1m', 'The state is read once a minute.') },
  NacosRaftNoLeader: { for: duration('1m', 'An election takes up to about 10 s.') },
  NacosRaftSplitBrain: {
    for: duration('1m', 'A leader that steps down shows itself for a poll or two.'),
    claimed_for: duration('4m', 'A lost leader stays displayed on the others for a while; with `for` this makes 5 min.'),
  },
  NacosRaftLeaderChurn: {
    changes: count(3, 'A rolling restart of three nodes moves the leader once or twice.'),
    window: duration('15m', 'As long as a rolling restart of three nodes.'),
  },
  NacosConnectionsDropped: {
    share: ratio(0.5, 'A deploy of one application moves fewer; a proxy or a network that resets moves all.'),
    min_connections: count(20, 'Half of a handful is one application.'),
    window: duration('6m', 'Connections are read every 5 min where that is dear: a shorter window would miss the step between two reads.'),
  },
  // Data
  NacosNodeDataDivergence: {
    critical_share: ratio(0.01, 'From one service in a hundred on it is no single service that went wrong.'),
    critical_services: count(5, 'One service of a small namespace is more than 1 % of it.'),
    for: duration('1m', 'Differences are confirmed already: this only spans a service that heals at the next read.'),
  },
  NacosNodeCatalogEmpty: { for: duration('1m', 'A node that starts is left out; the first instance of a namespace takes seconds to reach all.') },
  NacosNodeMissingInstances: {
    share: ratio(0.05, 'Replication alone makes a node lack a few for seconds.'),
    min_instances: count(5, 'In a namespace of ten, one instance is 10 %.'),
    join_grace: duration('10m', 'A node that fills lacks most at first; NacosNodeJoinStuck takes over from here.'),
    for: duration('2m', 'What a node lacks is counted before it is confirmed, which takes up to 45 s; a deploy makes it lag for seconds.'),
  },
  NacosClientCountsDisagree: { for: duration('5m', 'Clients come and go between the reads of two nodes.') },
  NacosConfigDivergence: { for: duration('5m', 'A change is told to the other nodes at once, and dumped again within minutes.') },
  NacosMetadataOutlivesRegistration: { for: duration('2m', 'Nacos keeps metadata of an instance that left for up to 105 s.') },
  // Loss
  NacosMassDeregistration: {
    warning: ratio(0.1, 'An ordinary deploy changes the net number by less.'),
    critical: ratio(0.3, 'A third of all instances: consumers fail.'),
    min_instances: count(20, 'A share of a handful is one application.'),
    dip: duration('30s', 'A remap of owners takes thousands away for one beat: what is back by then is no loss, and a loss is told so much later.'),
  },
  NacosMassUnhealthy: {
    share: ratio(0.2, 'On HTTP beats this comes 15 s before deregistration.'),
    min_instances: count(20, 'A share of a handful is one application.'),
    window: duration('1m', 'The phase lasts 15 s, one poll: without a window it is over before a notification leaves.'),
  },
  NacosServiceVanished: { for: duration('2m', 'A service with one instance that is restarted has none for about a minute; an ordinary deploy must not page.') },
  NacosProtectionTriggered: { for: duration('5m', 'A deploy takes a service below its threshold for a while.') },
  NacosInstanceFlapping: {
    instances: count(0, 'Coming back with the same identity within two minutes is nothing that a deploy does for long.'),
    window: duration('3m', 'Within it, an instance must have flapped without a change of owner: those of a rolling upgrade go on for longer than `for`.'),
    for: duration('5m', 'One instance that comes back counts for two minutes.'),
  },
  NacosTemporaryDeregistration: {
    share: ratio(0.01, 'Of the instances of the namespace, gone and back within two minutes by a change of owner.'),
    min_instances: count(10, 'Fewer are lost to the timing of single beats.'),
    empty_pushes: count(20, 'Each is a subscriber that was told of no provider.'),
    burst: count(5, 'Times the median of ten minutes.'),
    burst_pushes: count(100, 'Five times next to nothing is nothing.'),
  },
  // Beats and push
  NacosBeatsOverdue: { for: duration('2m', 'An instance is deleted 30 s after its last beat: whoever is overdue for minutes is not deleted at all.') },
  NacosCanaryFailing: {
    share: ratio(0.5, 'Half of the runs of a node within the window.'),
    window: duration('10m', 'About 20 runs; the restart of a node fails two or three.'),
  },
  NacosBeatSlow: {
    seconds: seconds(1, 'A beat takes milliseconds; clients give up after 3 s.'),
    window: duration('10m', 'Enough runs for a 99th percentile to mean something.'),
    for: duration('10m', 'One long pause of garbage collection is over sooner.'),
  },
  NacosReplicationSlow: {
    seconds: seconds(5, 'Distro delays by 1 s and tries again after 3 s.'),
    window: duration('5m', 'Shorter than `for`: timeouts while a node restarts are over before it fires.'),
    for: duration('10m', 'A node that restarts sees nothing for a minute or two.'),
  },
  NacosPushFailureRateHigh: {
    share: ratio(0.05, 'A subscriber that left is one failed push.'),
    share_v1: ratio(0.2, '1.x counts pushes that wait for their answer as failed.'),
    min_pushes: count(100, 'One dead subscriber of ten is no rate.'),
    window: duration('5m', '20 polls.'),
    for: duration('2m', 'Clients that end without goodbye fail for a few tries.'),
  },
  NacosPushSlow: {
    seconds: seconds(1, 'A push takes milliseconds.'),
    window: duration('5m', 'The servers wipe the cost every minute (to -1, exported as absent): what was seen must last.'),
  },
  NacosEmptyPush: {
    pushes: count(20, 'So many for nothing, and so many more for each service that was really emptied.'),
    window: duration('5m', '20 polls.'),
  },
  NacosConfigCenterFailing: {
    window: duration('4m', 'Shorter than `for`: one exception alone never fires it.'),
    for: duration('5m', 'The database may switch over.'),
  },
  // Upgrade
  NacosUpgradeInProgress: { returned_within: duration('30m', 'A node that came back with another version tells of an upgrade for so long.') },
  NacosUpgradeStalled: { for: duration('30m', 'Once all members are 2.x, the copy of the services takes minutes.') },
  NacosUpgradeReverted: {
    window: duration('30m', 'How long the step back is told; NacosUpgradeStalled follows.'),
    for: duration('6m', 'A restarted node says "not upgraded" until it has looked, and is read every 5 min: one such reading does not fire it.'),
  },
  NacosDoubleWriteLeftOn: {
    window: duration('1d', 'A day after the upgrade nobody will go back.'),
    tolerance: duration('1h', 'Gaps of the series, as by a restart of the exporter, that do not start the day anew.'),
  },
  NacosDoubleWriteInconsistent: { for: duration('15m', 'The queue of double writes is worked off in seconds; its state is read every 5 min.') },
  // Exporter
  NacosExporterDown: { for: duration('1m', 'One failed scrape is none.') },
  NacosPollStale: {
    intervals: count(6, 'Of the interval in force, which grows with a slow server.'),
    first_within: duration('10m', 'The slowest stages are first read within minutes of a start.'),
    for: duration('1m', 'On top of six intervals.'),
  },
  NacosPollFailing: { for: duration('6m', 'Longer than the 5 min of the slowest stages: a single failed reading does not fire it.') },
  NacosAuthenticationFailing: {
    failures: count(3, 'A token that runs out fails once and is renewed.'),
    window: duration('5m', '20 polls.'),
  },
  NacosSignalUnavailable: { for: duration('15m', 'A canary starts later than the first poll.') },
  NacosSeriesDropped: { for: duration('15m', 'Not by a deploy that doubles services for a while.') },
  NacosShardMissing: { for: duration('5m', 'Changing the number of shards restarts them one by one.') },
  NacosNotificationsFailing: { window: duration('5m', 'Each has been tried several times before it counts as failed.') },
  NacosConfigReloadFailed: { for: duration('1m', 'Until somebody has seen the message of the reload.') },
  NacosWatchdog: {},
  // Nacos's own actuator endpoint
  NacosActuatorNodeDown: { for: duration('1m', 'One failed scrape is none.') },
  NacosActuatorMetricsMissing: { for: duration('10m', 'A starting node registers its metrics within a minute or two.') },
  NacosActuatorCountsBroken: { for: duration('10m', 'A counter that drifted below zero stays there until the restart.') },
  NacosActuatorInstancesDropped: {
    share: ratio(0.3, 'The counter drifts: a smaller share is noise.'),
    min_instances: count(20, 'A share of a handful is one application.'),
    window: duration('1h', 'There is no baseline that stands still: the alert resolves after so long with nothing back.'),
  },
  NacosActuatorNodeShort: {
    share: ratio(0.1, 'The counter drifts: a smaller share is noise.'),
    min_instances: count(20, 'A share of a handful is one application.'),
    for: duration('10m', 'A node that restarts fills in minutes.'),
  },
  NacosActuatorPushFailureRateHigh: {
    share: ratio(0.2, 'Older versions leave failures out of the total, and 1.x counts waiting pushes as failed.'),
    min_pushes: count(100, 'One dead subscriber of ten is no rate.'),
    for: duration('2m', 'Clients that end without goodbye fail for a few tries.'),
  },
  NacosActuatorPushSlow: { milliseconds: count(1000, 'The gauge is in milliseconds, and -1 where nothing was pushed lately.') },
  NacosActuatorPushQueueGrowing: {
    tasks: count(1000, 'A healthy node works off its pushes at once.'),
    for: duration('10m', 'A deploy of many instances fills it for moments.'),
  },
  NacosActuatorEmptyPush: { pushes: count(20, 'Taking a service down on purpose tells each of its subscribers once.') },
  NacosActuatorConnectionsDropped: {
    share: ratio(0.5, 'A deploy of one application moves fewer.'),
    min_connections: count(20, 'Half of a handful is one application.'),
    window: duration('5m', 'Long enough to be noticed.'),
  },
  NacosActuatorDatabaseFailing: {
    window: duration('4m', 'Shorter than `for`: one exception alone never fires it.'),
    for: duration('5m', 'The database may switch over.'),
  },
  NacosActuatorConfigQueueGrowing: {
    tasks: count(100, 'A healthy node dumps and notifies at once.'),
    for: duration('10m', 'Publishing many configurations fills it for moments.'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Threshold>>>>;

export type AlertName = keyof typeof thresholds;

/** The numbers in force, by alert and key: durations as Prometheus writes them. */
export type Limits = { readonly [A in AlertName]: { readonly [K in keyof (typeof thresholds)[A]]: (typeof thresholds)[A][K] extends Threshold<infer T> ? T : never } };

/** Milliseconds of a duration such as 1h30m; undefined where it is none. */
export function milliseconds(text: string): number | undefined {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };
  if (!/^(\d+(ms|s|m|h|d|w|y))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)(ms|s|m|h|d|w|y)/g)].reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0);
}
