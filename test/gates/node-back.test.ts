import { nodeBack } from './cases/upgrade.ts';
import { gateSuite } from './suite.ts';

gateSuite(nodeBack);
