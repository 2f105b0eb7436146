/**
 * PandaPon, also sold as Xportcn: the Taobao purchasing agent.
 * @module
 */
import type { AgentModule } from '../agent.ts';
import { accountSchema, identityOf, type PandaponAccount } from './account.ts';
import { SYSTEM } from './answers.ts';
import { readCallback } from './callbacks.ts';
import { openConnection } from './connection.ts';
import { doctor } from './doctor.ts';
import { readParcels } from './logistics.ts';
import { ordersOf } from './orders.ts';

export type { PandaponAccount } from './account.ts';

/** The PandaPon connector. Every call throws the typed errors of errors.ts and no others. */
export const pandapon: AgentModule<PandaponAccount> = {
  name: SYSTEM,
  title: 'PandaPon / Xportcn',
  accountSchema,
  identity: identityOf,
  credentials: [
    {
      key: 'address',
      title: 'Where the account is',
      secret: false,
      choices: [
        { value: 'https://api.pandapon.com', title: 'PandaPon' },
        { value: 'https://www.xportcn.com/api', title: 'Xportcn' },
      ],
    },
    { key: 'accessKey', title: 'Access Key (AccessKey management)', secret: true },
    { key: 'accessSecret', title: 'Access Secret (beside it)', secret: true },
    { key: 'userId', title: 'User id of the sub-account (13 digits)', secret: false },
  ],
  connect(account, surroundings) {
    const connection = openConnection(account, surroundings);
    return {
      name: SYSTEM,
      ...ordersOf(connection),
      parcels: (subPurchaseOrderId) => readParcels(connection, subPurchaseOrderId),
    };
  },
  readCallback,
  doctor,
};
