/** What became of the inputs, and what was found wrong. */
import { type Input, replayLine } from './inputs.ts';
import { type Answer, judged, type Sender } from './send.ts';

export interface Finding {
  /** Which promise is broken. */
  readonly oracle: string;
  readonly what: string;
  /** `block/index` under the run's seed. */
  readonly at?: string;
  /** For `--replay`. */
  readonly replay?: string;
}

export interface Tally {
  sent: number;
  /** Answers by `endpoint | kind`, then by status. */
  readonly table: Record<string, Record<string, number>>;
  readonly forged: { sent: number; refused: number };
  readonly milliseconds: number[];
  readonly findings: Finding[];
}

export function emptyTally(): Tally {
  return {
    sent: 0,
    table: {},
    forged: { sent: 0, refused: 0 },
    milliseconds: [],
    findings: [],
  };
}

const AT_ONCE = 48;
/** More of the same kind say nothing new. */
const MOST_OF_A_KIND = 5;

export function addFinding(tally: Tally, finding: Finding): void {
  const same = tally.findings.filter((each) => each.oracle === finding.oracle);
  if (same.length < MOST_OF_A_KIND) tally.findings.push(finding);
}

/** Sends all, some at the same time, and judges each answer. */
export async function sendAll(
  tally: Tally,
  sender: Sender,
  inputs: readonly Input[],
  label: string,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const one = async () => {
    while (next < inputs.length) {
      const index = next;
      next += 1;
      const input = inputs[index] as Input;
      const answer = await sender.send(input);
      answers[index] = answer;
      record(tally, input, answer, `${label}/${index}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return answers;
}

export function record(tally: Tally, input: Input, answer: Answer, at: string): void {
  const { table } = tally;
  const key = `${input.endpoint} | ${input.kind}`;
  const status = answer.unsent ? 'unsent' : String(answer.statuses[0] ?? 'closed');
  const row = table[key] ?? {};
  table[key] = row;
  row[status] = (row[status] ?? 0) + 1;
  tally.sent += 1;
  if ('path' in input.request) tally.milliseconds.push(answer.milliseconds);
  if (input.standing === 'forged') {
    tally.forged.sent += 1;
    if (answer.statuses.every((each) => each >= 400)) tally.forged.refused += 1;
  }
  const what = judged(input, answer);
  if (what === undefined) return;
  addFinding(tally, { oracle: `${key}: ${what}`, what, at, replay: replayLine(input) });
}
