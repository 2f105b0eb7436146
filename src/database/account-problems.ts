/** What only the database can tell of the agents' accounts: purchases that still need one. */
import type { Settings } from '../config.ts';
import type { Problem } from '../yaml.ts';
import type { Db } from './connect.ts';

/** Accounts that the settings lack, and that purchases not at their end were made with. */
export async function accountProblems(
  db: Db,
  settings: Pick<Settings, 'accounts'>,
): Promise<Problem[]> {
  const rows = await db
    .selectFrom('purchase')
    .innerJoin('sales_order', 'sales_order.id', 'purchase.sales_order_id')
    .select((row) => ['purchase.agent', 'purchase.account', row.fn.countAll().as('count')])
    .where('purchase.state', '<>', 'cancelled')
    .where('sales_order.state', 'in', ['open', 'cancelling'])
    .groupBy(['purchase.agent', 'purchase.account'])
    .execute();
  return rows
    .filter(({ agent, account }) => !settings.accounts.has(`${agent}/${account}`))
    .map(({ agent, account, count }) => ({
      file: 'ponbridge.yaml',
      path: `accounts.${agent}.${account}`,
      message: `is gone, and ${count} of its purchases are not at their end: nobody could follow, pay or settle them. Put it back until they are; new purchases go by each store's purchase.account`,
    }));
}
