import { canarySuite } from './suite/canary.ts';

canarySuite('2.0.4', 'user');
