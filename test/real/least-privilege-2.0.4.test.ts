import { leastPrivilegeSuite } from './suite/least-privilege.ts';

leastPrivilegeSuite('2.0.4');
