/** Findings for people: grouped by what they are about, each remedy beneath its finding. */
import type { Verdict } from '../../connectors/question.ts';
import { indent, plainTable } from '../report/table.ts';
import { type Finding, SUBJECT_KINDS, type Subject } from './finding.ts';

const TITLES: Readonly<Record<Subject['kind'], string>> = {
  machine: 'This machine',
  host: 'Outside hosts',
  account: 'Agent accounts',
  app: 'Apps',
  store: 'Stores',
};

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  warn: 'WARN',
  fail: 'FAIL',
  unknown: 'unknown yet',
};

/** With more subjects of one kind than this, those that found the same share a row. */
const MOST_ROWS = 10;

export interface Row {
  readonly finding: Finding;
  /** Whom it is about. */
  readonly names: readonly string[];
}

export function findingsText(findings: readonly Finding[]): string {
  const blocks = groupsOf(findings).map(({ title, rows }) =>
    [title, indent(table(rows)), ...remedies(rows)].join('\n'),
  );
  return [...blocks, summary(findings)].join('\n\n');
}

export function groupsOf(
  findings: readonly Finding[],
): readonly { readonly title: string; readonly rows: readonly Row[] }[] {
  return SUBJECT_KINDS.map((kind) => ({
    title: TITLES[kind],
    rows: rowsOf(findings.filter((finding) => finding.subject.kind === kind)),
  })).filter((group) => group.rows.length > 0);
}

/** By subject; of many subjects, by what was found. */
function rowsOf(findings: readonly Finding[]): readonly Row[] {
  const names = new Set(findings.map((finding) => finding.subject.name));
  const key =
    names.size <= MOST_ROWS
      ? (finding: Finding) => `${finding.subject.name}\n${finding.question}`
      : (finding: Finding) => `${finding.question}\n${finding.outcome}`;
  const groups = [...Map.groupBy(findings, key).values()];
  const rows = groups.flatMap((same) => {
    const [finding] = same;
    return finding
      ? [{ finding: shared(finding, same), names: same.map((each) => each.subject.name) }]
      : [];
  });
  // Questions of one subject come from several exams.
  return names.size <= MOST_ROWS ? rows.toSorted((a, b) => order(a).localeCompare(order(b))) : rows;

  function order({ finding }: Row): string {
    return finding.subject.name;
  }
}

/** Of many subjects the first one's words stand for all: as an example, and without its name. */
function shared(first: Finding, same: readonly Finding[]): Finding {
  const { name } = first.subject;
  if (same.length === 1 || name === '') return first;
  const general = (text: string) => text.replaceAll(name, '<store>');
  const alike = same.every((each) => each.found === first.found);
  return {
    ...first,
    found: alike ? first.found : `such as: ${general(first.found)}`,
    ...(first.remedy === undefined ? {} : { remedy: general(first.remedy) }),
    ...(first.needs === undefined ? {} : { needs: general(first.needs) }),
  };
}

function table(rows: readonly Row[]): string {
  return plainTable(
    ['verdict', 'about', 'question', 'found'],
    rows.map(({ finding, names }) => [
      VERDICT_WORDS[finding.verdict],
      shownNames(names),
      finding.asks,
      finding.found,
    ]),
  );
}

/** What to do, for the worst first; the same advice to the same subject is given once. */
function remedies(rows: readonly Row[]): string[] {
  return (['fail', 'warn', 'unknown'] as const).flatMap((verdict) => {
    const advised = rows.flatMap(({ finding, names }) => {
      const advice = finding.verdict === verdict ? adviceOf(finding) : undefined;
      return advice === undefined
        ? []
        : [{ advice, about: shownNames(names), id: finding.question }];
    });
    const same = Map.groupBy(advised, ({ advice, about }) => `${about}\n${advice}`);
    return [...same.values()].map((each) => {
      const about = each[0]?.about ? ` (${each[0].about})` : '';
      const ids = each.map(({ id }) => id).join(', ');
      return `    ${VERDICT_WORDS[verdict]} ${ids}${about}: ${each[0]?.advice ?? ''}`;
    });
  });
}

export function adviceOf({ remedy, needs }: Finding): string | undefined {
  if (remedy !== undefined) return remedy;
  return needs === undefined ? undefined : `needs ${needs}.`;
}

export function shownNames(names: readonly string[]): string {
  const rest = names.length - 3;
  const shown = names.slice(0, 3).filter(Boolean).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

export function counted(findings: readonly Finding[]): Readonly<Record<Verdict, number>> {
  const of = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict).length;
  return { pass: of('pass'), warn: of('warn'), fail: of('fail'), unknown: of('unknown') };
}

export function summary(findings: readonly Finding[]): string {
  const { pass, warn, fail, unknown } = counted(findings);
  return `${findings.length} questions: ${pass} pass, ${warn} warn, ${fail} fail, ${unknown} unknown yet.`;
}
