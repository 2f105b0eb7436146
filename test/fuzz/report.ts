/** The run's table, for a terminal. */
import Table from 'cli-table3';
import type { Report } from './run.ts';

const CHARS = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

export function printReport(report: Report): string {
  const inputs = new Table({ head: ['endpoint', 'kind', 'inputs', 'answers'], chars: CHARS });
  for (const [key, statuses] of Object.entries(report.table).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [endpoint = '', kind = ''] = key.split(' | ');
    const counts = Object.entries(statuses);
    const sum = counts.reduce((total, [, count]) => total + count, 0);
    inputs.push([endpoint, kind, sum, counts.map(([status, n]) => `${status}: ${n}`).join('  ')]);
  }
  const { consents, flood, forged, milliseconds } = report;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const memory = report.memory
    .map((p) => `${p.after}: ${p.liveMb.toFixed(1)} live, ${p.residentMb.toFixed(0)} resident`)
    .join('; ');
  const facts = new Table({ chars: CHARS });
  facts.push(
    ['seed', String(report.seed)],
    [
      'inputs',
      `${report.inputs} in ${report.seconds.toFixed(0)} s, ${report.perSecond.toFixed(0)}/s`,
    ],
    ['forgeries', `${forged.sent}, refused ${forged.refused}; the rest read as a console's probe`],
    ['repeated messages', String(report.replays)],
    [
      'answer time',
      `p50 ${ms(milliseconds.p50)}, p99 ${ms(milliseconds.p99)}, most ${ms(milliseconds.max)}`,
    ],
    ['memory in MB, after inputs', memory],
    [
      'consents begun here',
      `${consents.connected} connected, ${consents.refused} refused, ${consents.untouched} not touched, in ${consents.requests} requests; ${consents.exchanges} codes exchanged`,
    ],
    ['flood', `${flood.callbacks} callbacks in ${flood.seconds.toFixed(0)} s`],
    ['reads at the agent', `${flood.reads} of ${flood.readsAllowed} allowed`],
    ['agent messages kept', `${flood.kept}; jobs waiting ${flood.jobsWaiting}`],
    ['tables watched', report.tables.join(', ')],
    ['findings', String(report.findings.length)],
  );
  const findings = report.findings.map((each) =>
    [
      `BROKEN: ${each.oracle}`,
      `  ${each.what.slice(0, 600)}`,
      ...(each.at ? [`  at ${each.at} of seed ${report.seed}`] : []),
      ...(each.replay ? [`  --replay ${each.replay}`] : []),
    ].join('\n'),
  );
  return [inputs.toString(), facts.toString(), ...findings].join('\n');
}
