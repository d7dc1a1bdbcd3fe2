import { doubleWrite } from './cases/double-write.ts';
import { gateSuite } from './suite.ts';

gateSuite(doubleWrite);
