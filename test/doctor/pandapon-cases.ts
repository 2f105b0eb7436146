/** PandaPon's questions against its simulator, switched so that each answer comes. */

import { accountSchema } from '../../connectors/pandapon/account.ts';
import { doctor } from '../../connectors/pandapon/doctor.ts';
import {
  DEFAULT_ACCOUNT,
  type PandaponSandbox,
  type SandboxSwitches,
  startPandaponSandbox,
} from '../../connectors/pandapon/sandbox/index.ts';
import type { OwnOrder } from '../../connectors/question.ts';
import { ask, type Finding } from '../../src/doctor/finding.ts';
import { type Case, SUBJECT } from './case.ts';

interface Given {
  readonly switches?: Partial<SandboxSwitches>;
  readonly account?: object;
  /** Orders in the account's books, made before it is asked. */
  readonly orders?: number;
  /** How many of them Ponbridge placed. */
  readonly own?: number;
  readonly before?: (sandbox: PandaponSandbox) => void;
}

async function examine(given: Given): Promise<Finding[]> {
  const sandbox = await startPandaponSandbox({ ...given.switches, buildMs: 0 });
  try {
    const ids: string[] = [];
    for (let made = 0; made < (given.orders ?? 0); made += 1) {
      const number =
        given.own === undefined ? {} : { sellerOrderNumber: `${made}`, orderSource: 'lazada' };
      const lines = [{ itemId: '1', skuId: '2', quantity: 1, priceFen: 100 }];
      ids.push(sandbox.addManualOrder({ lines, ...number }).orderId);
    }
    given.before?.(sandbox);
    const { accessKey, accessSecret, userId } = DEFAULT_ACCOUNT;
    const address = sandbox.url;
    const account = accountSchema.parse({
      accessKey,
      accessSecret,
      userId,
      address,
      ...given.account,
    });
    const own = new Set(ids.slice(0, given.own ?? 0));
    const subject = {
      account,
      surroundings: { retries: 0, timeoutMs: 2_000 },
      now: new Date(),
      skewMs: 30_000,
      ours: async (asked: readonly string[]): Promise<OwnOrder[]> =>
        asked
          .filter((id) => own.has(id))
          .map((agentOrderId) => ({ agentOrderId, placedAt: new Date() })),
    };
    const found = await Promise.all(
      doctor.account.map((exam) => ask(exam, subject, SUBJECT, 10_000)),
    );
    return found.flat();
  } finally {
    await sandbox.stop();
  }
}

const given = (question: string, outcome: string, its: Given, says?: string): Case => ({
  question: `pandapon/${question}`,
  outcome,
  ask: () => examine(its),
  ...(says === undefined ? {} : { says }),
});

export const PANDAPON_CASES: readonly Case[] = [
  given('signature', 'accepted', {}, 'the timestamp in seconds'),
  given(
    'signature',
    'other-unit',
    { switches: { timestampUnits: ['milliseconds'] } },
    'Set timestampUnit: milliseconds for this account',
  ),
  given(
    'signature',
    'other-unit',
    { switches: { timestampUnits: ['seconds'] }, account: { timestampUnit: 'milliseconds' } },
    'Set timestampUnit: seconds for this account',
  ),
  given('signature', 'refused', { account: { accessSecret: 'not the secret' } }, 'Check accessKey'),
  given('user-id', 'accepted', {}),
  given('user-id', 'refused', { account: { userId: '2100000000001' } }, 'Check userId'),
  given('generation', 'both', {}, 'v1, as set; v2 works too'),
  given('generation', 'only-set', { switches: { generations: ['v1'] } }),
  given(
    'generation',
    'only-other',
    { switches: { generations: ['v2'] } },
    'Set generation: v2 for this account',
  ),
  given(
    'generation',
    'only-other',
    { switches: { generations: ['v1'] }, account: { generation: 'v2' } },
    'Set generation: v1 for this account',
  ),
  given('generation', 'unreadable', { switches: { oddListings: true } }),
  given('date-filter', 'honoured', { orders: 1 }),
  given('date-filter', 'ignored', { orders: 3, switches: { ignoreDateFilter: true } }, '3 orders'),
  given('date-filter', 'no-orders', {}),
  given('page-size', 'honoured', { orders: 3 }),
  given('page-size', 'honoured', { orders: 3, account: { pageSize: 2 } }, 'page of 2'),
  given(
    'page-size',
    'capped',
    { orders: 5, switches: { maxPageSize: 2 } },
    'Set pageSize: 2 for this account',
  ),
  given('page-size', 'larger', {
    orders: 2,
    switches: { leastPageSize: 5 },
  }),
  given('page-size', 'no-orders', { orders: 1 }),
  given('total', 'exact', { orders: 5, account: { pageSize: 2 } }, '5 different rows'),
  given('total', 'differs', {
    orders: 5,
    account: { pageSize: 2 },
    switches: { changeTotalWhilePaging: true },
  }),
  given('total', 'differs', {
    orders: 5,
    account: { pageSize: 2 },
    before: (sandbox) => sandbox.losePage(2),
  }),
  given('total', 'no-orders', {}),
  given('id-filter', 'honoured', { orders: 2 }),
  given('id-filter', 'ignored', { orders: 2, switches: { ignoreIdFilter: true } }),
  given('id-filter', 'no-orders', {}),
  given('numbers', 'carried', { orders: 2, own: 2 }, '2 of 2 orders'),
  given('numbers', 'missing', { orders: 2, own: 1, switches: { hideNumbers: true } }, '1 of 1'),
  given('numbers', 'no-orders', { orders: 2 }),
  given('time-zone', 'china', { orders: 1, own: 1 }),
  given('time-zone', 'other', { orders: 1, own: 1, switches: { printedHours: 7 } }, '-1 h away'),
  given('time-zone', 'no-orders', { orders: 1 }),
];
