/** What was connected, in sentences for the terminal and the page. */
import type { CallError } from '../../connectors/errors.ts';
import type { GrantTokens, MarketplaceModule, ShopInfo } from '../../connectors/marketplace.ts';
import type { Settings, Store } from '../config.ts';
import { span, utc } from '../report/table.ts';
import { type Covered, namedShops } from './covered.ts';
import { plainWords } from './plain-words.ts';

/** What the marketplace says of the shop; why it could not be asked; undefined where there is no such call. */
export type Looked = ShopInfo | CallError | undefined;

export function shopOf(looked: Looked): ShopInfo | undefined {
  return looked instanceof Error ? undefined : looked;
}

export interface Telling {
  readonly store: Store;
  readonly module: MarketplaceModule;
  readonly settings: Settings;
  readonly covered: Covered;
  readonly tokens: GrantTokens;
  readonly shop: Looked;
  readonly now: Date;
}

export function tellConnected({
  store,
  module,
  settings,
  covered,
  tokens,
  shop,
  now,
}: Telling): string[] {
  const { country, sellerId, app } = store.settings;
  const info = shopOf(shop);
  const called = info?.name ? ` "${plainWords(info.name)}"` : '';
  const lines = [
    `${store.name} is connected: ${module.title} shop ${sellerId}${called} in ${country}.`,
  ];
  const others = covered.stores.filter((one) => one.name !== store.name);
  if (others.length > 0) {
    const names = others.map(
      (one) => `${one.name} (${one.settings.country} ${one.settings.sellerId})`,
    );
    lines.push(`The same consent serves ${names.join(', ')}.`);
  }
  if (covered.unused.length > 0) {
    const what = tokens.sharedByShops
      ? 'so nothing of them is kept'
      : 'so nothing is done with them';
    lines.push(`It also covers ${namedShops(covered.unused)}: no store uses them, ${what}.`);
  }
  for (const { name, settings: its } of covered.elsewhere) {
    lines.push(
      `${its.country} ${its.sellerId} is left as it is: store ${name} uses app ${its.app}, this is app ${app}.`,
    );
  }
  lines.push(...tellEnd(tokens, module.title, settings, now));
  if (shop instanceof Error) {
    lines.push(
      `${module.title} could not be asked about the shop yet (${plainWords(shop.message)}); the next pull shows whether it works.`,
    );
  }
  return lines;
}

function tellEnd(
  { accessExpiresAt, consentEndsAt }: GrantTokens,
  title: string,
  { alerts }: Settings,
  now: Date,
): string[] {
  if (!consentEndsAt) return [`${title} states no end of the consent.`];
  const end = `${utc(consentEndsAt)} UTC`;
  const left = consentEndsAt.getTime() - now.getTime();
  const lines = [
    consentEndsAt <= accessExpiresAt
      ? `It cannot be renewed, and ends ${end}: connect again before.`
      : `The consent lasts until ${end}; connect again before. Until then access is renewed by itself.`,
  ];
  if (left < alerts.grantEnding) {
    lines.push(
      `That is within alerts.grantEnding (${span(alerts.grantEnding)}), so the alert grant-ending stands from now on. Where the consent page offers a longer time, choose it.`,
    );
  }
  return lines;
}
