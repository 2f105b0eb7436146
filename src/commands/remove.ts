/**
 * `ponbridge remove <store>`: takes a store out of service. Refused while something is bought and not at
 * its end, because nobody would tell the marketplace its tracking.
 */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tx } from '../database/connect.ts';
import { livingStores, type StoreRow, storeRow } from '../database/stores.ts';
import type { Core } from '../main.ts';
import { plainTable } from '../report/table.ts';
import { isInFlight, type LivingOrder, livingOrders, retireStore } from '../retire.ts';
import { settingsWith, storeFile } from '../store-file.ts';
import { tellProcesses } from './change-stores.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Misuse, Problem } from './errors.ts';
import { refuseFailed, reloadAll } from './reload.ts';

export interface RemoveOptions {
  readonly force?: boolean;
}

export async function remove(
  context: Context,
  name: string,
  { force = false }: RemoveOptions,
): Promise<void> {
  const file = storeFile(context.home, name);
  if (file !== undefined) settingsWith(context.home, context.env, new Map([[file, null]]));
  await withCore(context, async (core) => {
    const row = await storeRow(core.db, name);
    if (!row) throw new Misuse(`there is no store "${name}", and none was removed under this name`);
    // What a pull or a push brought in at the very moment of the removal is ended by another one.
    if (row.removed_at && !file && !(await livingStores(core.db, [name])).has(name)) {
      throw new Problem(`${name} was removed already, on ${day(row.removed_at)}`);
    }
    // Before anything is touched: this is how it mostly is refused.
    await core.db.transaction().execute((tx) => refuseInFlight(tx, row, force));
    const kept = file === undefined ? undefined : await putAside(context, file);
    // From here on nothing new is pulled or bought for it, whatever a process had begun before.
    const first = await reloadAll(core);
    const { orders, consentForgotten } = await retire(core, row, force).catch(
      async (error: unknown) => {
        if (file !== undefined && kept !== undefined) {
          await rename(join(context.home, kept), join(context.home, file));
          await reloadAll(core);
        }
        throw error;
      },
    );
    const processes = await reloadAll(core);
    context.print(
      [
        `${name} is removed${kept === undefined ? '' : `; its file is ${kept} now`}.`,
        ...said(orders),
        consentForgotten
          ? "Its seller's consent is forgotten. The seller can also withdraw it at the marketplace."
          : 'Its consent is kept where another store uses it.',
        `Its orders stay readable: ponbridge orders --store ${name}. Buyers' data are erased when its retention is over.`,
      ].join('\n'),
    );
    tellProcesses(context, first, ({ gone, kept: paused }) => [...gone, ...paused].includes(name));
    refuseFailed(processes);
  });
}

function said(orders: readonly LivingOrder[]): string[] {
  const bought = orders.filter(isInFlight);
  const rest = orders.length - bought.length;
  return [
    ...(rest > 0 ? [`${counted(rest)} not bought: ignored from now on.`] : []),
    ...(bought.length > 0
      ? [`${counted(bought.length)} bought, and yours to see to by hand:`, inFlightTable(bought)]
      : []),
  ];
}

async function retire(core: Core, row: StoreRow, force: boolean) {
  return core.durable.transaction().execute(async (tx) => {
    const orders = await refuseInFlight(tx, row, force);
    const { consentForgotten } = await retireStore(tx, row, orders, core.clock.now());
    return { orders, consentForgotten };
  });
}

/** @throws {Problem} listing what is bought and not at its end */
async function refuseInFlight(tx: Tx, { name }: StoreRow, force: boolean) {
  const orders = await livingOrders(tx, name);
  const open = orders.filter((order) => order.openAttempt);
  if (open.length > 0) {
    throw new Problem(
      `whether a call that spends or promises something was taken is not known yet, so ${name} stays, --force or not:\n${inFlightTable(open)}\nLeave the service running until that is settled, or read the remedies: ponbridge order <order>`,
    );
  }
  const bought = orders.filter(isInFlight);
  if (bought.length > 0 && !force) {
    throw new Problem(
      `${name} stays: ${counted(bought.length)} bought and not at the end:\n${inFlightTable(bought)}\nponbridge pause ${name} buys nothing more and sees these through. With --force they are ignored, and paying them, and telling the marketplace their tracking, is yours.`,
    );
  }
  return orders;
}

function inFlightTable(orders: readonly LivingOrder[]): string {
  return plainTable(
    ['order', 'state', 'purchase', 'agent order'],
    orders.map((each) => [each.orderNumber, each.state, each.purchase, each.agentOrderNo]),
  );
}

/** Renamed, not deleted: what it says took work. Returns its new name. */
async function putAside({ home }: Context, file: string): Promise<string> {
  let kept = `${file}.removed`;
  for (let copy = 2; existsSync(join(home, kept)); copy += 1) kept = `${file}.removed${copy}`;
  try {
    await rename(join(home, file), join(home, kept));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Problem(
      `${file} cannot be renamed (${code ?? message}); nothing was changed. Take it out of stores/ yourself, then repeat the command.`,
    );
  }
  return kept;
}

function counted(orders: number): string {
  return orders === 1 ? '1 order is' : `${orders} orders are`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
