import { registrations } from './cases/registrations.ts';
import { gateSuite } from './suite.ts';

gateSuite(registrations);
