import { members } from './cases/members.ts';
import { gateSuite } from './suite.ts';

gateSuite(members);
