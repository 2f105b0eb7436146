import { runCases } from './case.ts';
import { STORED_CASES } from './stored-cases.ts';

runCases(STORED_CASES);
