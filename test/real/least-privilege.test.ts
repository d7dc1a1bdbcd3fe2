import { labVersions } from '../lab/versions.ts';
import { leastPrivilegeSuite } from './suite/least-privilege.ts';

labVersions.forEach(leastPrivilegeSuite);
