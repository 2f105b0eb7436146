import { runCases } from './case.ts';
import { PANDAPON_CASES } from './pandapon-cases.ts';

runCases(PANDAPON_CASES);
