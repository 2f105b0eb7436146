import { runCases } from './case.ts';
import { LAZADA_CASES } from './lazada-cases.ts';

runCases(LAZADA_CASES);
