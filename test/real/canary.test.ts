import { canarySuite } from './suite/canary.ts';

canarySuite('2.0.4', 'user');
canarySuite('3.1.0', 'identity');
