/** The table the demo ends with. */
import Table from 'cli-table3';

export interface Row {
  readonly order: string;
  readonly store: string;
  readonly shows: string;
  readonly orderSource: string | null;
  readonly sellerOrderNumber: string | null;
  readonly agentOrder: string | null;
  readonly state: string;
  readonly trackingNumber: string | null;
  readonly numberBy: string | null;
  readonly hold: string | null;
  readonly boughtAtAgent: number;
  /** Set when it did not end as expected. */
  readonly problem?: string;
}

export function printTable(rows: readonly Row[]): string {
  const table = new Table({
    head: [
      'order',
      'store',
      'orderSource',
      'sellerOrderNumber',
      'PandaPon order',
      'state',
      'tracking number',
      'assigned by',
      'hold',
    ],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    table.push([
      row.order,
      row.store,
      row.orderSource ?? '-',
      row.sellerOrderNumber ?? '-',
      row.agentOrder ?? '-',
      row.state,
      row.trackingNumber ?? '-',
      row.numberBy ?? '-',
      row.hold ?? '-',
    ]);
  }
  return `\n${table.toString()}`;
}
