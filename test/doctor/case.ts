/** One way a question can be answered: what is given, and which of its declared answers must come. */
import { expect, test } from 'vitest';
import type { Finding, Subject } from '../../src/doctor/finding.ts';
import { allQuestions } from '../../src/doctor/registry.ts';

export interface Case {
  readonly question: string;
  readonly outcome: string;
  /** A piece of what must be found or advised, to the letter. */
  readonly says?: string;
  readonly ask: () => Promise<readonly Finding[]>;
}

export const SUBJECT: Subject = { kind: 'store', name: 'tea' };

export function runCases(cases: readonly Case[]) {
  for (const each of cases) {
    test(`${each.question} answers ${each.outcome}`, async () => {
      const findings = await each.ask();
      const found = findings.find((finding) => finding.question === each.question);
      expect(`${found?.outcome}: ${found?.found}`).toMatch(new RegExp(`^${each.outcome}: `));
      const declared = allQuestions().find((question) => question.id === each.question);
      expect(found?.verdict).toBe(declared?.outcomes[each.outcome]?.verdict);
      const texts = [found?.found, found?.remedy, found?.needs].join('\n');
      // Filled in, the texts hold no brace; what fills them is never empty.
      expect(texts).not.toMatch(/\{\w+\}|undefined|NaN/);
      if (each.says !== undefined) expect(texts).toContain(each.says);
    });
  }
}
