/** What a store names of others: its marketplace, country, app and account, and its own options. */
import type { MarketplaceModule } from '../../connectors/marketplace.ts';
import { didYouMean } from '../../mappings/near-miss.ts';
import { explainIssues } from '../issues.ts';
import { marketplaces } from '../registry.ts';
import type { Report } from './problem.ts';
import { isBlock, valueAt } from './value-at.ts';

/** The entries of `ponbridge.yaml`, right or wrong; undefined: they are not known. */
export interface Entries {
  readonly apps: NamedEntries | undefined;
  readonly accounts: NamedEntries | undefined;
}

type NamedEntries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Referred {
  readonly currency: string;
  readonly options: Record<string, unknown>;
}

/**
 * @param content the store's settings as written, its group's below; also with mistakes elsewhere.
 * @returns undefined when the store cannot be made of it.
 */
export function checkReferences(
  content: unknown,
  entries: Entries,
  report: Report,
): Referred | undefined {
  const referred = checkMarketplace(content, entries, report);
  checkAccount(content, entries, report);
  return referred;
}

function checkMarketplace(
  content: unknown,
  entries: Entries,
  report: Report,
): Referred | undefined {
  const name = valueAt(content, ['marketplace']);
  if (typeof name !== 'string') return undefined;
  const module = marketplaces.get(name);
  if (!module) {
    const known = [...marketplaces.keys()];
    report(
      ['marketplace'],
      `"${name}" is not known; ${didYouMean(name, known) || `use ${known.join(' or ')}`}`,
    );
    return undefined;
  }
  checkApp(content, name, entries, report);
  const country = countryOf(module, valueAt(content, ['country']), report);
  const options = optionsOf(module, valueAt(content, ['options']), report);
  return country && options && { currency: country.currency, options };
}

function countryOf(module: MarketplaceModule, country: unknown, report: Report) {
  // Of another form: the schema says so.
  if (typeof country !== 'string' || !/^[a-z]{2}$/.test(country)) return undefined;
  const { countries, title } = module;
  if (Object.hasOwn(countries, country)) return countries[country];
  report(
    ['country'],
    `${title} has no shops in "${country}"; known: ${Object.keys(countries).join(', ')}`,
  );
  return undefined;
}

function optionsOf({ optionsSchema, title }: MarketplaceModule, written: unknown, report: Report) {
  const options = optionsSchema.safeParse(written ?? {});
  if (options.success) return options.data as Record<string, unknown>;
  // No block at all: the schema says so.
  if (!isBlock(written)) return undefined;
  for (const issue of explainIssues(options.error, optionsSchema, written)) {
    const message = issue.message.replace(
      /^is not a known setting;/,
      `is not a known setting of a ${title} store;`,
    );
    report(['options', ...issue.path], message);
  }
  return undefined;
}

function checkApp(content: unknown, marketplace: string, { apps }: Entries, report: Report) {
  const app = valueAt(content, ['app']) ?? 'main';
  if (!apps || typeof app !== 'string') return;
  const known = Object.keys(valueAt(apps, [marketplace]) ?? {});
  if (known.includes(app)) return;
  report(['app'], `ponbridge.yaml has no apps.${marketplace}.${app}${otherwise(app, known)}`);
}

function checkAccount(content: unknown, { accounts }: Entries, report: Report) {
  const agent = valueAt(content, ['purchase', 'agent']) ?? 'pandapon';
  const account = valueAt(content, ['purchase', 'account']) ?? 'main';
  if (!accounts || typeof agent !== 'string' || typeof account !== 'string') return;
  const known = Object.keys(valueAt(accounts, [agent]) ?? {});
  if (known.includes(account)) return;
  const isAgent = Object.hasOwn(accounts, agent);
  const agentHint = isAgent ? '' : didYouMean(agent, Object.keys(accounts));
  if (agentHint) {
    report(['purchase', 'agent'], `ponbridge.yaml has no accounts.${agent}; ${agentHint}`);
    return;
  }
  report(
    ['purchase', 'account'],
    `ponbridge.yaml has no accounts.${agent}.${account}${otherwise(account, known)}`,
  );
}

function otherwise(typed: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  return `; ${didYouMean(typed, known) || `it has ${known.join(', ')}`}`;
}
