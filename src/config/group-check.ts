/** Is a group right by itself? Also one that no store uses. */
import { storeSettings } from '../../mappings/store.ts';
import { explainIssues, type SettingIssue } from '../issues.ts';
import { marketplaces } from '../registry.ts';
import { type Groups, ITSELF } from './groups.ts';
import { isIn, layOver } from './layers.ts';
import { checkReferences, type Entries } from './references.ts';
import { valueAt } from './value-at.ts';

export function checkGroups(groups: Groups, entries: Entries) {
  for (const [name, content] of groups.all) {
    for (const { path, message } of issuesOf(content, entries)) {
      groups.report(name, path, message, ITSELF);
    }
  }
}

/** Without a marketplace it is right when it is right for one of them. */
function issuesOf(content: Record<string, unknown>, entries: Entries): SettingIssue[] {
  const own = valueAt(content, ['marketplace']);
  const candidates = own === undefined ? [...marketplaces.keys()] : [String(own)];
  const [best = []] = candidates
    .map((marketplace) => issuesAs(marketplace, content, entries))
    .sort((a, b) => a.length - b.length);
  return best;
}

/** What is wrong with a whole store that takes everything from the group that the group has. */
function issuesAs(
  marketplace: string,
  content: Record<string, unknown>,
  entries: Entries,
): SettingIssue[] {
  const whole = layOver({ ...REST, marketplace, country: someCountry(marketplace) }, content);
  const found: SettingIssue[] = [];
  const parsed = storeSettings.safeParse(whole);
  if (!parsed.success) found.push(...explainIssues(parsed.error, storeSettings, whole));
  checkReferences(whole, entries, (path, message) => found.push({ path, message }));
  return found.filter(({ path }) => isIn(path, content));
}

function someCountry(marketplace: string): string | undefined {
  return Object.keys(marketplaces.get(marketplace)?.countries ?? {})[0];
}

/** Anything right for what a group leaves to its stores. */
const REST = {
  sellerId: '1',
  start: '2026-01-01',
  orderSource: 'x',
  lines: [{ links: 'both' }],
  receiver: {
    kind: 'warehouse',
    name: 'x',
    mobilePhone: '1',
    state: 'x',
    city: 'x',
    district: 'x',
    address: 'x',
  },
  budget: { cnyPerUnit: '1', largestOrder: '1' },
  ship: { warehouse: { name: 'x', address: 'x' } },
  tracking: { leg: 'agent' },
  // So short that no time a group sets has to be longer.
  poll: '1s',
};
