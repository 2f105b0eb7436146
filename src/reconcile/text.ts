/** A re-scan for the terminal. */
import { plainTable, utc } from '../report/table.ts';
import { DIFFERENCES, type Reconciliation } from './difference.ts';

export function reconciliationText(results: readonly Reconciliation[]): string {
  const differences = results.flatMap(({ subject, differences: found }) =>
    found.map((each) => [
      subject.name,
      each.orderNumber,
      DIFFERENCES[each.code] ?? each.code,
      each.theirs,
      each.ours,
      `${each.outcome === 'repaired' ? 'repaired' : 'for a person'}: ${each.done}`,
    ]),
  );
  const table = plainTable(['where', 'order', 'what', 'there', 'here', 'done'], differences);
  const blocks = [...(differences.length > 0 ? [table] : []), results.map(line).join('\n')];
  const sum = totals(results);
  const words = `${counted(sum.differences, 'difference')}: ${sum.repaired} repaired, ${sum.left} left for a person.`;
  return [...blocks, words].join('\n\n');
}

export function totals(results: readonly Reconciliation[]) {
  const sum = (count: (result: Reconciliation) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const repaired = sum((result) => result.repaired);
  const left = sum((result) => result.left);
  return {
    compared: sum((result) => result.compared),
    differences: repaired + left,
    repaired,
    left,
  };
}

function line({ subject, compared, fresh, byHand, skipped, days, ...rest }: Reconciliation) {
  const name = `${subject.kind} ${subject.name}`;
  if (skipped !== undefined) return `${name}: ${skipped}, not compared`;
  const parts = [
    `${counted(compared, 'order')} of ${counted(days, 'day')} compared`,
    ...(fresh > 0 ? [`${fresh} changed just now`] : []),
    ...(byHand > 0 ? [`${byHand} bought by hand`] : []),
    `${counted(rest.repaired + rest.left, 'difference')}`,
    `${rest.repaired} repaired`,
    `${rest.left} left`,
  ];
  return `${name}: ${parts.join(', ')} (${utc(rest.endedAt)})`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
