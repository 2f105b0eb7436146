/** docs/doctor.md, from the questions the program itself asks. */
import type { Question } from '../connectors/question.ts';
import { questionGroups } from '../src/doctor/registry.ts';

const VERDICTS = { pass: 'pass', warn: 'warn', fail: 'fail', unknown: 'unknown yet' } as const;

export function renderDoctor(): string {
  const groups = questionGroups().map(
    ({ title, about, questions }) => `## ${title}

${about}

${questions.map(section).join('\n')}`,
  );
  return `<!-- Made by scripts/doctor-docs.ts from the questions in src/doctor and connectors. Do not edit: npm run generate -->
# The doctor's questions

\`ponbridge doctor\` asks the real systems and this machine what is right. It only reads: it buys nothing, promises
nothing, changes nothing outside, and renews no token. \`ponbridge doctor <store>\` keeps to one store with its app and its
account. \`--report <file>\` writes what was found as Markdown, without secrets, so that you can send it to somebody for
help; \`--json\` prints it for programs. The exit code is 1 when something fails, else 0.

| verdict | means |
|---|---|
| pass | it is as it should be |
| warn | it works; the remedy says what would be better |
| fail | it does not work, or is not safe: the remedy says what to do |
| unknown yet | only a first push, order or renewal can tell. It answers itself: the next \`doctor\` says so, with the date |

Every question can also be *not answered*: its system was silent, or another question must be answered well first. With
more than ten stores the shops themselves are asked only when they are named, since each costs some calls.
Words in braces stand for what is found.

${groups.join('\n')}`;
}

function section({ id, asks, settles, outcomes }: Question): string {
  const rows = Object.values(outcomes).map(({ verdict, says, remedy, needs }) => {
    const advice = remedy ?? (needs === undefined ? '' : `Needs ${needs}.`);
    return `| ${VERDICTS[verdict]} | ${cell(says)} | ${cell(advice)} |\n`;
  });
  return `### \`${id}\`

${asks} Settles ${settles}.

| verdict | finding | what to do |
|---|---|---|
${rows.join('')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
