import { stormSuite } from '../real/suite/storm.ts';

stormSuite();
