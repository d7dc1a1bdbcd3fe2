/** In each scenario of the demo: what one would look at first, and how it changes. Seconds are counted from the first scrape. */

export interface Look {
  readonly scenario: string;
  /** Its uid. */
  readonly dashboard: string;
  readonly panel: string;
  /** Of the target; the first that shows what is there unless told. */
  readonly ref?: string;
  /** Labels of the lines that count; all unless told. */
  readonly where?: Readonly<Record<string, string>>;
  /** Holds of every value in the first 20 s, and after the incident. */
  readonly calm: (value: number) => boolean;
  /** Holds of some value meanwhile. */
  readonly incident: (value: number) => boolean;
  readonly during: readonly [from: number, to: number];
  /** When it must be over; absent where the run ends before. */
  readonly after?: readonly [from: number, to: number];
}

const none = (n: number): boolean => n === 0;
const some = (n: number): boolean => n > 0;

/** Of the verdicts: 0 is to be trusted, 2 is not. */
const verdict = { dashboard: 'nacos-clusters', panel: 'Verdict', calm: none } as const;
const diverging = { dashboard: 'nacos-clusters', panel: 'Diverging services', calm: none, incident: (n: number) => n > 10 } as const;
/** The first incident of most scripts, and when nothing of it may be left. */
const first = { during: [60, 270], after: [345, 420] } as const;
const third = { nacos_node: '10.0.0.3:8848' };

export const looks: readonly Look[] = [
  { ...verdict, scenario: 'steady', incident: none, during: [30, 420] },

  { ...verdict, ...first, scenario: 'lagging-node', incident: (n) => n === 2 },
  { ...diverging, ...first, scenario: 'lagging-node' },
  { scenario: 'lagging-node', dashboard: 'nacos-divergence', panel: 'Conflicting instances', where: third, calm: none, incident: (n) => n > 5, ...first },

  { ...verdict, ...first, scenario: 'frozen-node', incident: (n) => n === 2 },
  { ...diverging, ...first, scenario: 'frozen-node' },
  { scenario: 'frozen-node', dashboard: 'nacos-cluster', panel: 'Switches that differ', where: { switch: 'pushEnabled' }, calm: none, incident: some, ...first },

  { ...verdict, scenario: 'node-down', incident: some, during: [45, 180], after: [240, 315] },
  { scenario: 'node-down', dashboard: 'nacos-cluster', panel: 'Nodes up', calm: (n) => n === 3, incident: (n) => n === 2, during: [45, 165], after: [225, 315] },
  { scenario: 'node-down', dashboard: 'nacos-cluster', panel: 'Up', where: third, calm: (n) => n === 1, incident: none, during: [45, 165], after: [225, 315] },

  { ...verdict, ...first, scenario: 'mass-deregistration', incident: (n) => n === 2 },
  { scenario: 'mass-deregistration', dashboard: 'nacos-clusters', panel: 'Share of instances lost', calm: (n) => n < 0.1, incident: (n) => n > 0.3, ...first },
  { scenario: 'mass-deregistration', dashboard: 'nacos-services', panel: 'Instances by namespace', where: { namespace_id: 'logistics' }, calm: (n) => n > 70, incident: (n) => n < 50, ...first },

  { ...verdict, scenario: 'rolling-upgrade', incident: some, during: [45, 240], after: [345, 420] },
  { scenario: 'rolling-upgrade', dashboard: 'nacos-migration', panel: 'Versions', calm: (n) => n === 1, incident: (n) => n === 2, during: [45, 180], after: [240, 420] },

  { ...verdict, scenario: 'ownership-remap', incident: some, during: [45, 180] },
  { scenario: 'ownership-remap', dashboard: 'nacos-migration', panel: 'Gone and back by a change of owner', calm: none, incident: some, during: [45, 180] },
];
