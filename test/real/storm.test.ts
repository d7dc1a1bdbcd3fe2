import { stormSuite } from './suite/storm.ts';

stormSuite();
