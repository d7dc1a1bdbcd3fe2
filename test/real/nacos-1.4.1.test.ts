import { clusterSuite } from './suite/cluster-suite.ts';

clusterSuite('1.4.1', 'open');
