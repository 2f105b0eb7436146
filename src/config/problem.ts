/** What is wrong with the settings, and where. */
import type { Problem } from '../yaml.ts';

/** Reports a problem of the file at hand. */
export type Report = (path: readonly PropertyKey[], message: string) => void;

/** Thrown with everything that is wrong, in every file. */
export class SettingsError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column]
    .filter((part) => part !== undefined)
    .join(':');
  const path = problem.path ? ` ${problem.path}:` : '';
  return `${place}:${path} ${problem.message}`;
}

/** `a and 299 more`: names of a list that may be long. */
export function some(names: readonly string[]): string {
  const [first = '', ...others] = names;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
