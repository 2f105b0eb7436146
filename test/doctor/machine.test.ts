import { runCases } from './case.ts';
import { MACHINE_CASES } from './machine-cases.ts';

runCases(MACHINE_CASES);
