/** Accounts that are one login under two names. */
import { agents } from '../registry.ts';
import type { Report } from './problem.ts';
import type { BooksOf } from './together.ts';
import type { Account } from './types.ts';

/**
 * One login under two names would have two caps a day, and neither name would know what the other buys.
 * @returns whose orders stand in the same books.
 */
export function checkLogins(accounts: ReadonlyMap<string, Account>, report: Report): BooksOf {
  const logins = new Map<string, Account>();
  const books = new Map<string, string>();
  for (const [key, account] of accounts) {
    const { agent, name, settings } = account;
    const identity = agents.get(agent)?.identity(settings);
    if (!identity) continue;
    const login = `${agent} ${identity.login}`;
    const twin = logins.get(login);
    if (twin) {
      report(
        ['accounts', agent, name],
        `is the same login as accounts.${agent}.${twin.name}; keep one of the two, and name it in the stores' purchase.account`,
      );
    }
    logins.set(login, twin ?? account);
    const twinBooks = twin && books.get(`${agent}/${twin.name}`);
    books.set(key, twinBooks ?? `${agent} ${identity.books}`);
  }
  return (agent, account) => books.get(`${agent}/${account}`) ?? `${agent}/${account}`;
}
