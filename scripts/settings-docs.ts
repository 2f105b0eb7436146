/** docs/settings.md, from the schemas that check the settings. */
import { z } from 'zod';
import { NOT_IN_A_GROUP } from '../src/config/groups.ts';
import { environment, serviceFile } from '../src/config.ts';
import { agents, marketplaces } from '../src/registry.ts';
import { ACCOUNTS, APPS, ENVIRONMENT, type Meanings, OPTIONS, SERVICE, STORE } from './meanings.ts';
import { code, type SchemaNode, type SchemaRow, schemaRows } from './schema-rows.ts';
import { describedStoreSchema } from './store-schema.ts';

/** Descriptions that say what kind of value it is, and nothing about this one. */
const KIND_ONLY = /^(A duration such as|An amount in yuan|A share such as|A price in fen)/;

export function renderSettings(): string {
  return [
    HEAD,
    section('store'),
    table('stores/<name>.yaml', describedStoreSchema(), STORE),
    LINES,
    GROUPS,
    ...[...marketplaces.values()].flatMap(({ name, title, optionsSchema }) => [
      `### \`options\` of a ${title} store\n\n`,
      table(`options of ${name}`, schemaOf(optionsSchema), OPTIONS[name] ?? {}),
    ]),
    section('service'),
    table('ponbridge.yaml', schemaOf(serviceFile), SERVICE),
    ...[...marketplaces.values()].flatMap(({ name, title, appSchema }) => [
      `### \`apps.${name}.<name>\`: an app at ${title}\n\n`,
      table(`apps.${name}`, schemaOf(appSchema), APPS[name] ?? {}),
    ]),
    ...[...agents.values()].flatMap(({ name, title, accountSchema }) => [
      `### \`accounts.${name}.<name>\`: an account at ${title}\n\n`,
      table(`accounts.${name}`, schemaOf(accountSchema), ACCOUNTS[name] ?? {}),
    ]),
    section('environment'),
    table('environment', schemaOf(environment), ENVIRONMENT),
  ].join('');
}

function schemaOf(schema: z.ZodType): SchemaNode {
  const options = { io: 'input', target: 'draft-7', unrepresentable: 'any' } as const;
  return z.toJSONSchema(schema, options) as SchemaNode;
}

function table(where: string, schema: SchemaNode, meanings: Meanings): string {
  const rows = schemaRows(schema);
  const known = new Set(rows.map(({ path }) => path));
  const surplus = Object.keys(meanings).filter((path) => !known.has(path));
  if (surplus.length > 0) {
    throw new Error(
      `scripts/meanings.ts explains what ${where} does not have: ${surplus.join(', ')}`,
    );
  }
  const lines = rows.map((row) => tableRow(where, row, meanings));
  return `| key | value | default | meaning | example |\n|---|---|---|---|---|\n${lines.join('')}\n`;
}

function tableRow(where: string, row: SchemaRow, meanings: Meanings): string {
  const { path, node } = row;
  const { text, example, fallback } = meanings[path] ?? {};
  const meaning = text ?? (KIND_ONLY.test(node.description ?? '') ? undefined : node.description);
  if (meaning === undefined)
    throw new Error(`scripts/meanings.ts does not explain ${path} of ${where}`);
  if (example === undefined && !hasWords(node)) {
    throw new Error(`scripts/meanings.ts has no example of ${path} of ${where}`);
  }
  const shown = example === undefined ? exampleWord(node) : example;
  const cells = [
    code(path),
    row.value,
    fallback ?? defaultWords(row),
    meaning,
    isProse(shown) ? shown : code(shown),
  ];
  return `| ${cells.map(cell).join(' | ')} |\n`;
}

/** The type lists the words that may be written. */
function hasWords(node: SchemaNode): boolean {
  return node.enum !== undefined || node.const !== undefined || node.type === 'boolean';
}

/** One that is not the default. */
function exampleWord(node: SchemaNode): string {
  if (node.type === 'boolean' && node.const === undefined) return String(node.default !== true);
  const words = node.enum ?? [node.const];
  return String(words.findLast((word) => word !== node.default));
}

function defaultWords({ node, required }: SchemaRow): string {
  if (node.default !== undefined) {
    return isEmpty(node.default) ? 'none' : code(node.default);
  }
  return required ? 'required' : 'none';
}

function isEmpty(value: unknown): boolean {
  if (value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function isProse(example: string): boolean {
  return example === 'see below' || example.startsWith('the ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

const HEAD = `<!-- Made by scripts/settings-docs.ts from the schemas. Do not edit: npm run generate -->
# Settings

Three places, and no secret in any file:

| place | holds | see |
|---|---|---|
| \`stores/<name>.yaml\` | one store: what is bought, where it is sent, what is told back | [below](#a-stores-file) |
| \`ponbridge.yaml\` | the apps at the marketplaces, the accounts at the agents, [groups](#groups) of stores, timings, limits; may be absent | [below](#the-services-file) |
| environment | the database, the keys, where to listen, and the secrets that \`ponbridge.yaml\` names | [below](#environment) |

\`ponbridge check\` reads all of it and lists every mistake of every file at once, with file, line and column where there
is one, what was expected, and for a slip the word that was probably meant. A service with a mistake in its settings does
not start. \`ponbridge check <store> --effective\` shows every setting of one store and where it comes from.

When a change takes effect:

| what changed | in force |
|---|---|
| \`stores/<name>.yaml\`, \`ponbridge.yaml\`, and the secrets it names that stand in \`.env\` | with \`ponbridge reload\` or SIGHUP, while the service runs; when anything is wrong, all of the former settings stay |
| \`DATABASE_URL\` and every \`PONBRIDGE_...\` variable | with the next start |

How values are written:

- a **duration** is a number with its unit: \`90s\`, \`30m\`, \`24h\`, \`7d\`
- an **amount in yuan** has at most two decimals: \`"12.50"\`; a price in **fen** is a whole number: \`1250\`
- a **rate** is yuan for one unit of the store's currency: \`"5.35"\`; limits are calls per second, or messages per minute
- a **share** is a percentage \`15%\` or a number up to 1: \`0.15\`
- **ids** of more than 15 digits are put in quotes, so that no editor or tool rounds them
- a **date** is \`2026-01-01\` (midnight UTC), a **time** has its zone: \`"2026-01-01T00:00:00+08:00"\`
- a **template** is text with names in braces: \`"{store}-{order}"\`; a literal brace is written twice
- where a block has several shapes (a line rule, the receiver, the payment), "required" is meant for the shape that has
  the key
- a list is \`[a, b]\` or one entry per line with \`- \`; in a key below, \`[]\` stands for each entry of a list

Unknown keys are mistakes, so that a misspelt setting never goes unnoticed. Files are UTF-8, at most 1 MB.

`;

const SECTIONS = {
  store: `## A store's file

\`stores/<name>.yaml\`, one file per store; its name is the store's name. Editors check and complete it by
[schema/store.schema.json](schema/store.schema.json) when it begins with

\`\`\`yaml
# yaml-language-server: $schema=../docs/schema/store.schema.json
\`\`\`

Whole examples: [a Lazada shop](../stores/lazada-sg.yaml.example), [a Shopee shop](../stores/shopee-my.yaml.example).

`,
  service: `## The service's file

\`ponbridge.yaml\`. A value of an app or an account may be \`{ env: NAME }\`: it is then taken from the environment variable \`NAME\`. Write
secrets so. Editors check and complete the file by [schema/service.schema.json](schema/service.schema.json) when it begins
with the line of the example: [ponbridge.example.yaml](../ponbridge.example.yaml).

`,
  environment: `## Environment

Read when the process starts, also from the file \`.env\` in \`PONBRIDGE_HOME\`; what is set already stands, and what is
set to nothing counts as not set. A list to copy: [.env.example](../.env.example).

`,
} as const;

function section(name: keyof typeof SECTIONS): string {
  return SECTIONS[name];
}

const GROUPS = `### Groups

What many stores have in common is written once, in \`ponbridge.yaml\`, and a store names the group:

\`\`\`yaml
# ponbridge.yaml
groups:
  cn-warehouse:
    receiver: { kind: warehouse, name: "Lin {store}", mobilePhone: "15000000000", state: 浙江省, city: 杭州市, district: 余杭区, address: "8 ({order})" }
    budget: { largestOrder: "300.00", smallestMargin: 15% }
    tracking: { leg: agent }
    lines: [{ links: both }]
    orderSource: lazada
    sellerOrderNumber: "{store}-{order}"

# stores/tea-sg.yaml
marketplace: lazada
country: sg
sellerId: "1000114855"
start: 2026-01-01
group: cn-warehouse
budget: { cnyPerUnit: "5.35" } # the rest of budget is the group's
\`\`\`

Blocks are merged key by key; a list or a single value in the store's file stands for the group's. A \`receiver\` of another
\`kind\` stands for the group's whole receiver. A mistake in a group is told once, at its line in \`ponbridge.yaml\`.

| not in a group | why |
|---|---|
${NOT_IN_A_GROUP.map(([path, why]) => `| \`${path.join('.')}\` | ${why} |\n`).join('')}
`;

const LINES = `Line rules, all four kinds:

\`\`\`yaml
lines:
  - skip: ["GIFT-*"]
    reason: gifts are packed by the warehouse
  - pattern: "TB-{itemId}-{skuId}-{fen}" # TB-600126245031041190-5016042822039-1250
  - bundle: SET-TEA
    parts:
      - { itemId: "600126245031041190", skuId: "5016042822039", price: { fen: 1250 } }
      - { itemId: "600129202197070073", skuId: "4860968496626", quantity: 2, price: { fixed: "4.80" } }
  - links: both
\`\`\`

SKU links are a table in the database, filled from CSV by \`ponbridge skus import\`. The columns \`sku\`, \`itemId\`, \`skuId\` are
needed; \`quantity\` (1 when empty), \`price\` in yuan or \`priceFen\`, and \`store\` (empty: all stores) may follow. Several
rows with one \`sku\` are bought together.

`;
