import { clusterSuite } from './suite/cluster-suite.ts';

clusterSuite('3.1.0', 'identity');
