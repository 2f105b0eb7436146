import { runCases } from './case.ts';
import { SHOPEE_CASES } from './shopee-cases.ts';

runCases(SHOPEE_CASES);
