import { readyToUpgrade, safeToStop } from './cases/upgrade.ts';
import { gateSuite } from './suite.ts';

gateSuite([...readyToUpgrade, ...safeToStop]);
