import { leastPrivilegeSuite } from './suite/least-privilege.ts';

leastPrivilegeSuite('1.4.1');
