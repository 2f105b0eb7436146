/** The text of `stores/<name>.yaml`: what was answered, each value with what it does. */
import { stringify } from 'yaml';
import { type ReceiverAnswer, SMALLEST_MARGIN, type StoreAnswers } from './answers.ts';
import { isSupplied, type Suppliable } from './supplied.ts';

export interface StoreFileParts {
  readonly answers: StoreAnswers;
  /** The group's settings, when the store is of one. */
  readonly group: Readonly<Record<string, unknown>> | undefined;
  readonly title: string;
  readonly currency: string;
  /** Today, e.g. 2026-03-01. */
  readonly today: string;
  /** Where the JSON Schema is, seen from stores/. */
  readonly schema: string;
  /** Another store buys on this account with this order source, so numbers alone could collide. */
  readonly sharesNumbers: boolean;
}

export function storeFile(parts: StoreFileParts): string {
  const { answers } = parts;
  const blocks = [
    head(parts),
    seller(parts),
    value(
      'start',
      '# Orders created earlier are ignored: what was open before is finished by hand. Midnight UTC.',
      answers.start ?? (isSupplied(parts.group, 'start') ? undefined : parts.today),
    ),
    numbers(parts),
    lines(parts),
    receiver(parts),
    budget(parts),
    purchase(parts),
    tracking(parts),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function head({ answers, group, schema, title }: StoreFileParts): string {
  return [
    `# yaml-language-server: $schema=${schema}`,
    '#',
    `# ${title} shop ${answers.name}; the name of this file is the name of the store. Written by \`ponbridge init\`.`,
    '# Change it as you like, then run: npx ponbridge check. Every setting: docs/settings.md.',
    ...(group
      ? [`# What it does not say, the group ${answers.group} in ponbridge.yaml says.`]
      : []),
  ].join('\n');
}

function seller({ answers, group, title, currency }: StoreFileParts): string {
  const id = answers.marketplace === 'shopee' ? 'shop id' : 'seller id';
  return [
    `marketplace: ${answers.marketplace}`,
    `country: ${answers.country} # it fixes the currency: ${currency}`,
    `sellerId: ${quoted(answers.sellerId)} # ${title}'s ${id}, in quotes so that no tool rounds it`,
    ...(isOwn(answers.app, group, 'app')
      ? [
          `app: ${answers.app} # its keys: apps.${answers.marketplace}.${answers.app} in ponbridge.yaml`,
        ]
      : []),
    ...(answers.group === undefined
      ? []
      : [
          `group: ${scalar(answers.group)} # groups.${answers.group} in ponbridge.yaml; what stands here goes first`,
        ]),
  ].join('\n');
}

/** The default stands for itself, unless a group says otherwise. */
function isOwn(text: string, group: StoreFileParts['group'], key: Suppliable): boolean {
  return text !== 'main' || !isSupplied(group, key);
}

function value(
  key: 'start' | 'orderSource',
  comment: string,
  answered: string | undefined,
): string {
  return answered === undefined ? '' : `${comment}\n${key}: ${scalar(answered)}`;
}

function numbers(parts: StoreFileParts): string {
  const { answers, group, sharesNumbers } = parts;
  const source =
    answers.orderSource ?? (isSupplied(group, 'orderSource') ? undefined : answers.marketplace);
  const lines = [
    value('orderSource', '# What PandaPon shows as the platform of each purchase.', source),
    ...(sharesNumbers
      ? [
          '# Another store buys on the same account under the same orderSource: {store} keeps their numbers apart.',
          'sellerOrderNumber: "{store}-{order}"',
        ]
      : []),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function lines({ answers }: StoreFileParts): string {
  if (answers.skus === undefined) return '';
  const rules: string[] = [];
  if (answers.pattern !== undefined) {
    rules.push(
      '  # The source SKU is written in the SKU itself.',
      `  - pattern: ${quoted(answers.pattern)}`,
      ...(answers.fixedPrice === undefined
        ? []
        : [
            `    price: { fixed: ${quoted(answers.fixedPrice)} } # yuan for one unit, the same for every SKU`,
          ]),
    );
  }
  if (answers.skus !== 'pattern') {
    rules.push(
      '  # The table of SKU links: npx ponbridge skus import links.csv (columns sku, itemId, skuId, quantity, price)',
      '  - links: both # of this store, then those shared by all stores',
    );
  }
  return [
    '# What an order line is bought as. The first rule that fits counts.',
    'lines:',
    ...rules,
  ].join('\n');
}

const RECEIVER_COMMENTS: Readonly<Record<string, string>> = {
  name: 'may hold {store} and {order}',
  mobilePhone: '',
  address: '{order} becomes the order number, so that the warehouse finds the order on the parcel',
};

function receiver({ answers: { receiver: its } }: StoreFileParts): string {
  if (its === undefined) return '';
  if (its.kind === 'buyer') {
    return [
      '# The supplier sends to the buyer. A masked or incomplete address is a hold.',
      'receiver:',
      ...fields(its, {}),
    ].join('\n');
  }
  return [
    '# Where the supplier sends the goods.',
    'receiver:',
    ...fields(its, RECEIVER_COMMENTS),
  ].join('\n');
}

function fields(its: ReceiverAnswer, comments: Readonly<Record<string, string>>): string[] {
  return Object.entries(its).map(([key, field]) => {
    const text = key === 'kind' ? String(field) : quoted(String(field));
    return `  ${key}: ${text}${comments[key] ? ` # ${comments[key]}` : ''}`;
  });
}

function budget({ answers, group, currency, today }: StoreFileParts): string {
  const margin =
    answers.smallestMargin ?? (isSupplied(group, 'smallestMargin') ? undefined : SMALLEST_MARGIN);
  const lines = [
    answers.cnyPerUnit === undefined
      ? ''
      : `  cnyPerUnit: ${quoted(answers.cnyPerUnit)} # yuan for one ${currency}, as of ${today}; nobody updates it but you`,
    answers.largestOrder === undefined
      ? ''
      : `  largestOrder: ${quoted(answers.largestOrder)} # yuan; a dearer purchase is held`,
    margin === undefined
      ? ''
      : `  smallestMargin: ${scalar(margin)} # of the sale price; a smaller margin is held`,
  ].filter((line) => line !== '');
  return lines.length === 0
    ? ''
    : ['# What keeps a mistake from costing money.', 'budget:', ...lines].join('\n');
}

/** Always off: a store is switched on by a command of its own, after a look at what it would buy. */
function purchase({ answers: { name, account }, group }: StoreFileParts): string {
  const ways = [
    [`plan ${name} --since 7d --before-start`, 'what would be bought for the orders of a week'],
    [`mode ${name} manual`, 'each purchase waits for: npx ponbridge approve <order>'],
    [`mode ${name} auto --daily-cap 500`, 'buys by itself, for 500 yuan a day at most'],
  ] as const;
  const width = Math.max(...ways.map(([command]) => command.length));
  return [
    '# off: orders come in and are planned, nothing is bought. The way on:',
    ...ways.map(([command, what]) => `#   npx ponbridge ${command.padEnd(width)}  ${what}`),
    'purchase:',
    '  mode: off',
    // Never as the last line: a command that edits the file would move the comment that follows.
    ...(isOwn(account, group, 'account')
      ? [
          '  # delay: 1h # time for the buyer to cancel before it is bought',
          `  account: ${account} # its keys: accounts.pandapon.${account} in ponbridge.yaml`,
        ]
      : []),
  ].join('\n');
}

function tracking({ answers }: StoreFileParts): string {
  if (answers.trackingLeg === undefined) return '';
  const leg = answers.trackingLeg;
  return [
    '# Whose number is told where the seller supplies it: agent = supplier to receiver, abroad = the leg abroad,',
    '# manual = entered by hand. Once told it cannot be changed. Where the marketplace makes the number, its own counts.',
    'tracking:',
    `  leg: ${leg}`,
  ].join('\n');
}

/** As YAML wants it: plain where it may be, in quotes where it must. */
function scalar(value: unknown): string {
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

function quoted(text: string): string {
  return stringify(text, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 }).trimEnd();
}
