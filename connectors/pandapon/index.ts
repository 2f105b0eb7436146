/**
 * PandaPon, also sold as Xportcn: the Taobao purchasing agent.
 * @module
 */
import type { AgentModule } from '../agent.ts';
import { accountSchema, type PandaponAccount } from './account.ts';
import { SYSTEM } from './answers.ts';
import { readCallback } from './callbacks.ts';
import { openConnection } from './connection.ts';
import { readParcels } from './logistics.ts';
import { ordersOf } from './orders.ts';

export type { PandaponAccount } from './account.ts';

/** The PandaPon connector. Every call throws the typed errors of errors.ts and no others. */
export const pandapon: AgentModule<PandaponAccount> = {
  name: SYSTEM,
  title: 'PandaPon / Xportcn',
  accountSchema,
  connect(account, surroundings) {
    const connection = openConnection(account, surroundings);
    return {
      name: SYSTEM,
      ...ordersOf(connection),
      parcels: (subPurchaseOrderId) => readParcels(connection, subPurchaseOrderId),
    };
  },
  readCallback,
};
