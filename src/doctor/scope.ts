/** Whom a run of the doctor is about: everything, or one store with its app and its account. */
import type { Account, App, Settings, Store } from '../config.ts';

export interface Scope {
  readonly stores: readonly Store[];
  readonly apps: readonly App[];
  readonly accounts: readonly Account[];
  /** Those whose shops are asked; of the others only what is stored is looked at. */
  readonly live: readonly Store[];
}

/** With more stores than this, shops are asked only when they are named: a few calls each add up. */
export const MOST_LIVE = 10;

export function scopeOf(settings: Settings, store: Store | undefined): Scope {
  if (!store) {
    const stores = [...settings.stores.values()];
    return {
      stores,
      apps: [...settings.apps.values()],
      accounts: [...settings.accounts.values()],
      live: stores.length <= MOST_LIVE ? stores : [],
    };
  }
  const { marketplace, app, purchase } = store.settings;
  const itsApp = settings.apps.get(`${marketplace}/${app}`);
  const itsAccount = settings.accounts.get(`${purchase.agent}/${purchase.account}`);
  return {
    stores: [store],
    apps: itsApp ? [itsApp] : [],
    accounts: itsAccount ? [itsAccount] : [],
    live: [store],
  };
}
