import { consistency } from './cases/consistency.ts';
import { gateSuite } from './suite.ts';

gateSuite(consistency);
