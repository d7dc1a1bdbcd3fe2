import { leastPrivilegeSuite } from './suite/least-privilege.ts';

leastPrivilegeSuite('3.1.0');
