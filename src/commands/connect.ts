/** `ponbridge connect <store>`: the seller's consent. Without a code, where to give it. */
import { randomUUID } from 'node:crypto';
import { connectStore } from '../connect.ts';
import { grantOf } from '../database/grants.ts';
import { marketplaces } from '../registry.ts';
import { utc } from '../report/table.ts';
import type { Context } from './context.ts';
import { settingsOf, withCore } from './core.ts';
import { Misuse, Problem } from './errors.ts';
import { knownStore } from './find-order.ts';

export interface ConnectOptions {
  readonly code?: string;
  /** Where the marketplace sends the seller back to; as registered in its console. */
  readonly redirect?: string;
}

export async function connect(
  context: Context,
  storeName: string,
  options: ConnectOptions,
): Promise<void> {
  if (options.code === undefined) return printLink(context, storeName, options.redirect);
  const { code } = options;
  await withCore(context, async (core) => {
    const { marketplace, country, sellerId } = knownStore(core, storeName).settings;
    const shop = await connectStore(core, storeName, code);
    const grant = await grantOf(core.db, { marketplace, country, sellerId });
    const end = utc(grant?.refresh_expires_at);
    if (shop)
      context.print(
        `${shop.name ?? shop.sellerId}: shop ${shop.sellerId}, ${shop.status ?? shop.state}.`,
      );
    context.print(
      end
        ? `${storeName} is connected. The consent lasts until ${end} UTC; connect again before.`
        : `${storeName} is connected. ${marketplace} states no end of the consent.`,
    );
  });
}

function printLink(context: Context, storeName: string, redirect: string | undefined) {
  const settings = settingsOf(context);
  const { marketplace, app } = knownStore({ settings }, storeName).settings;
  if (redirect === undefined || !URL.canParse(redirect)) {
    throw new Misuse(
      `connect ${storeName} needs --code <code>; or --redirect <url>, the callback address registered in the ${marketplace} console, to print the link for the consent`,
    );
  }
  const module = marketplaces.get(marketplace);
  const entry = settings.apps.get(`${marketplace}/${app}`);
  if (!module?.consentUrl || !entry) {
    throw new Problem(`${marketplace} has no link for a consent; see its README`);
  }
  const link = module.consentUrl(entry.settings, {
    redirectUrl: redirect,
    state: randomUUID(),
    at: new Date(),
  });
  context.print(link);
  context.note(
    `\nOpen it as the seller. The address it comes back to holds "code=...": ponbridge connect ${storeName} --code <code>`,
  );
}
