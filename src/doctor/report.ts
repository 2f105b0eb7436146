/** The report that a seller can send to somebody for help: Markdown, without secrets. */
import type { Finding } from './finding.ts';
import { adviceOf, groupsOf, shownNames, summary, VERDICT_WORDS } from './text.ts';

export interface ReportHead {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly at: Date;
}

export function reportText(findings: readonly Finding[], head: ReportHead): string {
  const groups = groupsOf(findings).map(
    ({ title, rows }) => `## ${title}

| verdict | about | question | finding | what to do |
|---|---|---|---|---|
${rows
  .map(({ finding, names }) =>
    [
      VERDICT_WORDS[finding.verdict],
      shownNames(names),
      `\`${finding.question}\` ${finding.asks}`,
      finding.found,
      adviceOf(finding) ?? '',
    ]
      .map(cell)
      .join(' | '),
  )
  .map((row) => `| ${row} |`)
  .join('\n')}`,
  );
  return `# Ponbridge doctor

Ponbridge ${head.version}, Node ${head.node}, ${head.platform}, ${head.at.toISOString()}. ${summary(findings)}

It holds no secrets, tokens, names, phone numbers or addresses of people; names of stores, ids of shops and the
hosts that are called are in it.

${groups.join('\n\n')}
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}
