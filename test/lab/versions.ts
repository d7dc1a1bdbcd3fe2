/**
 * The Nacos versions that real suites run on, and what differs between them when one boots them.
 * No official server artifact of these versions is on Maven Central; these are other groups' republications of the
 * same sources, so a finding that only one of them shows should be looked at with an official build too.
 */

export const labVersions = ['1.4.1', '2.0.4', '3.1.0'] as const;
export type LabVersion = (typeof labVersions)[number];

export interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

export interface Release {
  readonly version: LabVersion;
  /** Imported for the versions of everything transitive. */
  readonly bom: Artifact;
  readonly artifacts: readonly Artifact[];
  readonly mainClass: string;
  /** Major 3: console on a port of its own, admin API closed without credentials. */
  readonly generation: 1 | 2 | 3;
  /** Raft groups without whose leader a write of a namespace, a persistent instance or metadata answers 500. */
  readonly raftGroups: readonly string[];
}

const jaxb: Artifact = { group: 'javax.xml.bind', name: 'jaxb-api', version: '2.3.1' };
const pig3 = { group: 'io.github.pig-mesh.nacos', version: '3.1.0-bugfix' };

const releases: Readonly<Record<LabVersion, Release>> = {
  '1.4.1': {
    version: '1.4.1',
    generation: 1,
    bom: { group: 'com.pig4cloud.nacos', name: 'nacos-all', version: '1.4.1' },
    artifacts: [{ group: 'com.pig4cloud.nacos', name: 'nacos-console', version: '1.4.1' }, jaxb],
    mainClass: 'com.alibaba.nacos.Nacos',
    raftGroups: ['nacos_config', 'naming_persistent_service'],
  },
  '2.0.4': {
    version: '2.0.4',
    generation: 2,
    bom: { group: 'org.jeecgframework.nacos', name: 'nacos-all', version: '2.0.4' },
    artifacts: [{ group: 'org.jeecgframework.nacos', name: 'nacos-console', version: '2.0.4' }, jaxb],
    mainClass: 'com.alibaba.nacos.Nacos',
    raftGroups: ['nacos_config', 'naming_persistent_service_v2', 'naming_service_metadata', 'naming_instance_metadata'],
  },
  '3.1.0': {
    version: '3.1.0',
    generation: 3,
    bom: { ...pig3, name: 'nacos-all' },
    artifacts: [
      { ...pig3, name: 'nacos-server' },
      { ...pig3, name: 'nacos-console' },
    ],
    mainClass: 'lab.MergedServer',
    raftGroups: ['nacos_config', 'naming_persistent_service_v2', 'naming_service_metadata', 'naming_instance_metadata'],
  },
};

export function releaseOf(version: LabVersion): Release {
  return releases[version];
}
