/** The questions about one store. Few, each with a good default where a default cannot be silently wrong. */
import { z } from 'zod';
import { marketplaces } from '../registry.ts';
import {
  answer,
  type ReceiverAnswer,
  SMALLEST_MARGIN,
  type StoreAnswers,
  TRACKING_LEGS,
} from './answers.ts';
import { AGENT } from './credentials.ts';
import type { KnownHome } from './known.ts';
import { agree, askText, choose } from './prompts.ts';
import { receiverSchema } from './receiver-fields.ts';
import { refuseName, refuseShop } from './refusals.ts';
import { askSkus } from './sku-questions.ts';
import { isSupplied } from './supplied.ts';

const NEW = 'a new one';

/** In a file a long id stands in quotes; typed with them here they would become part of it. */
const TYPED_ID = z.string().regex(/^[^\s"'`]+$/, 'an id without spaces or quotation marks');

/** @param today the date in UTC, e.g. 2026-03-01 */
export async function askStore(home: KnownHome, today: string): Promise<StoreAnswers> {
  const marketplace = await choose(
    'Which marketplace?',
    [...marketplaces.values()].map(({ name, title }) => ({ value: name, name: title })),
  );
  const module = marketplaces.get(marketplace);
  const title = module?.title ?? marketplace;
  const countries = module?.countries ?? {};
  const country = await choose(
    'In which country is the shop?',
    Object.entries(countries).map(([code, { currency }]) => ({
      value: code,
      name: `${countryName(code)} (${code}, ${currency})`,
    })),
  );
  const name = await askText({
    message: 'Name of the store, which is the name of its file?',
    schema: answer.name,
    usual: freeName(home, `${marketplace}-${country}`),
    refuse: (text) => refuseName(home, text),
  });
  const sellerId = await askText({
    message: `${title}'s id of the shop (seller id at Lazada, shop id at Shopee)?`,
    schema: TYPED_ID,
    refuse: (text) => refuseShop(home, { marketplace, country, sellerId: text }),
  });
  const group = await askGroup(home);
  const settings = group === undefined ? undefined : home.groups.get(group);
  const asks = (key: Parameters<typeof isSupplied>[1]) => !isSupplied(settings, key);

  const app = asks('app') ? await askEntry(home.apps, marketplace, `app at ${title}`) : undefined;
  const account = asks('account')
    ? await askEntry(home.accounts, AGENT, 'PandaPon account')
    : undefined;
  const orderSource = asks('orderSource')
    ? await askText({
        message: 'Platform that PandaPon shows for its orders (orderSource)?',
        schema: answer.orderSource,
        usual: marketplace,
      })
    : undefined;
  const skus = asks('skus') ? await askSkus() : {};
  const receiver = asks('receiver') ? await askReceiver() : undefined;
  const needsLeg =
    (receiver ?? (settings?.receiver as ReceiverAnswer | undefined))?.kind === 'warehouse';
  const trackingLeg = needsLeg && asks('trackingLeg') ? await askLeg() : undefined;
  const currency = countries[country]?.currency ?? '';
  const rate = asks('cnyPerUnit') ? await askRate(currency) : undefined;
  const largestOrder = asks('largestOrder')
    ? await askText({
        message: 'Largest purchase in yuan, e.g. 300? A dearer one waits for you',
        schema: answer.largestOrder,
      })
    : undefined;
  const smallestMargin = asks('smallestMargin')
    ? await askText({
        message: 'Smallest margin of the sale price? A smaller one waits for you',
        schema: answer.smallestMargin,
        usual: SMALLEST_MARGIN,
      })
    : undefined;
  const start = asks('start')
    ? await askText({
        message: 'From which day on? Orders created earlier are ignored',
        schema: answer.start,
        usual: today,
      })
    : undefined;
  return {
    name,
    marketplace,
    country,
    sellerId,
    app: app ?? 'main',
    account: account ?? 'main',
    group,
    orderSource,
    ...skus,
    receiver,
    trackingLeg,
    cnyPerUnit: rate,
    largestOrder,
    smallestMargin: smallestMargin as StoreAnswers['smallestMargin'],
    start: start as StoreAnswers['start'],
  };
}

function countryName(code: string): string {
  return new Intl.DisplayNames(['en'], { type: 'region' }).of(code.toUpperCase()) ?? code;
}

function freeName(home: KnownHome, wish: string): string {
  let name = wish;
  for (let count = 2; home.storeNames.has(name); count += 1) name = `${wish}-${count}`;
  return name;
}

async function askGroup(home: KnownHome): Promise<string | undefined> {
  if (home.groups.size === 0) return undefined;
  const none = '';
  const chosen = await choose('Does it belong to a group of stores?', [
    { value: none, name: 'no' },
    ...[...home.groups.keys()].map((name) => ({ value: name, name })),
  ]);
  return chosen === none ? undefined : chosen;
}

/** The name of an app or account: a known one, or that of a new one. */
async function askEntry(known: ReadonlySet<string>, system: string, what: string): Promise<string> {
  const names = [...known].flatMap((key) =>
    key.startsWith(`${system}/`) ? [key.slice(system.length + 1)] : [],
  );
  // The first one is called main: most sellers never need a second.
  if (names.length === 0) return 'main';
  const chosen = await choose(`Which ${what}?`, [
    ...names.map((name) => ({ value: name, name })),
    { value: NEW, name: NEW },
  ]);
  if (chosen !== NEW) return chosen;
  return askText({
    message: `Name of the new ${what}?`,
    schema: answer.app,
    refuse: (text) => (names.includes(text) ? `there is a ${text} already` : undefined),
  });
}

async function askReceiver(): Promise<ReceiverAnswer> {
  const kind = await choose('Where does the supplier send the goods?', [
    { value: 'warehouse', name: 'to a warehouse or forwarder in China' },
    { value: 'buyer', name: "to the buyer (most buyers' addresses are masked)" },
  ]);
  if (kind === 'buyer') return { kind };
  const ask = (key: keyof typeof receiverSchema, message: string, usual?: string) =>
    askText({ message, schema: receiverSchema[key], ...(usual === undefined ? {} : { usual }) });
  const name = await ask('name', "Receiver's name? {store} and {order} may stand in it", '{store}');
  const mobilePhone = await ask('mobilePhone', "The warehouse's mobile phone?");
  const state = await ask('state', 'Province, e.g. 浙江省?');
  const city = await ask('city', 'City, e.g. 杭州市?');
  const district = await ask('district', 'District, e.g. 余杭区?');
  const street = await ask('address', 'Street and number, in Chinese?');
  const marked = /\{order(Id)?\}/.test(street)
    ? false
    : await agree('Add the order number to it, so that the warehouse finds the order?', true);
  const zip = await askText({
    message: 'Postal code (may be empty)?',
    schema: receiverSchema.zip,
    optional: true,
  });
  return {
    kind: 'warehouse',
    name,
    mobilePhone,
    state,
    city,
    district,
    address: marked ? `${street} ({order})` : street,
    ...(zip === '' ? {} : { zip }),
  };
}

const LEGS = {
  agent: "the supplier's number to the warehouse",
  abroad: 'the number of the leg abroad',
  manual: 'I enter each number by hand',
} as const;

function askLeg() {
  return choose(
    'Orders of your own couriers: which number is told, for good?',
    TRACKING_LEGS.map((value) => ({ value, name: `${value}: ${LEGS[value]}` })),
  );
}

/** No default: a wrong rate would let losses through, or hold everything. */
async function askRate(currency: string): Promise<string> {
  for (;;) {
    const rate = await askText({
      message: `How many yuan is one ${currency} worth today?`,
      schema: answer.cnyPerUnit,
    });
    if (
      await agree(
        `So 100 ${currency} are ${Number((Number(rate) * 100).toPrecision(12))} yuan?`,
        true,
      )
    )
      return rate;
  }
}
