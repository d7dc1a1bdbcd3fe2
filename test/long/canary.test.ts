import { canarySuite } from '../real/suite/canary.ts';

canarySuite('3.1.0', 'identity');
