import { clusterSuite } from './suite/cluster-suite.ts';

clusterSuite('2.0.4', 'user');
