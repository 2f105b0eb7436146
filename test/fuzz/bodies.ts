/**
 * Bodies made from real ones: a recorded message is taken apart, changed in a few places, and written
 * again. A node keeps its text, so that what no serialiser would write (a name twice, 1e999, half of a
 * surrogate pair) can be sent too.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Node])[] };

/** Takes JSON apart; numbers keep all their digits. */
export function nodeOf(json: string): Node {
  const parse = JSON.parse as (text: string, revive: Reviver) => unknown;
  return build(
    parse(json, (_key, value, { source }) => (typeof value === 'number' ? { source } : value)),
  );
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

function build(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(build) };
  if (typeof value !== 'object' || value === null) {
    return { kind: 'text', text: JSON.stringify(value) };
  }
  const { source } = value as { source?: unknown };
  if (typeof source === 'string' && Object.keys(value).length === 1) {
    return { kind: 'text', text: source };
  }
  const entries = Object.entries(value).map(([key, inner]) => [key, build(inner)] as const);
  return { kind: 'object', entries };
}

export function write(node: Node): string {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'list') return `[${node.items.map(write).join(',')}]`;
  return `{${node.entries.map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`).join(',')}}`;
}

/** Text that cannot be made smaller: an index row of it is as long as it is. */
function noise([seed, length]: readonly [number, number]): string {
  const bytes = createHash('shake256', { outputLength: Math.ceil(length / 2) });
  return bytes.update(String(seed)).digest('hex').slice(0, length);
}

const nested = (open: string, close: string) => (depth: number) =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;
const depths = fc.constantFrom(5, 40, 400, 4_000, 40_000);

/** JSON inside a string inside a string ... */
function onion(depth: number): string {
  let text = '{"orderId":"12345678901"}';
  for (let layer = 0; layer < depth; layer += 1) text = JSON.stringify(text);
  return text;
}

const ODD_TEXTS = [
  ...['null', 'true', 'false', '0', '-0', '-1', '1.5', '1e5', '1e999', '-1e999', '1e-999'],
  ...['9007199254740993', '-9007199254740993', '18446744073709551616', '00', '+1', '0x10', '.5'],
  ...['NaN', 'Infinity', 'undefined', '""', '" "', '"0"', '"-"', '"null"', '[]', '{}', '[[]]'],
  ...['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"x\\udfff"', '"\\udc00\\ud800"', '"\\ufeff"'],
  ...['"\\u202e\\u0007\\u001b[31m"', '"\u{1f4a9}\u{10ffff}"', '"\\uffff"', '"İıſß"'],
  ...['"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"', '"valueOf"', '"then"'],
  ...['{"__proto__":{"orderId":"777"}}', '{"constructor":{"prototype":{"x":1}}}', '{"toJSON":1}'],
  ...['{"length":1e9}', '{"then":1,"toString":null,"valueOf":0}', '"[[\\"1\\"]]"', '"{\\"a\\":"'],
  ...['"\'; drop table inbox; --"', '"%s%n%x"', '"../../../etc/passwd"', '"<b>"'],
  ...['"This is a test message"', '"This is a verification."', '"lazada_sg"', '"lazada___proto__"'],
  ...['"2026-02-30 25:61:61"', '1700000000', '1700000000000', '253402300800', '-62135596801'],
];

/** A value nobody expects, as JSON text (some of it is none). */
const oddText = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 3 }) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((t) => JSON.stringify(t)),
  },
  { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 80n }).map(String) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(), fc.constantFrom(65, 300, 2_000, 3_000, 9_000, 60_000))
      .map((of) => `"${noise(of)}"`),
  },
  { weight: 1, arbitrary: fc.constantFrom(70, 9_000, 200_000).map((n) => '7'.repeat(n)) },
  { weight: 1, arbitrary: fc.constantFrom(70, 9_000).map((n) => `"${'8'.repeat(n)}"`) },
  { weight: 1, arbitrary: depths.map(nested('[', ']')) },
  { weight: 1, arbitrary: depths.map((depth) => nested('{"a":', '}')(Math.min(depth, 20_000))) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 11 }).map(onion) },
);

const oddKey = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '', 'length', '\u0000', '\ud800', 'id'),
  fc.constantFrom('orderId', 'order_sn', 'ordersn', 'shop_id', 'msg_id', 'code', 'data'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const WAYS = [
  ...['replace', 'replace', 'replace', 'replace', 'remove', 'rename', 'twice', 'add', 'as-text'],
  ...['in-list', 'in-object', 'turn'],
] as const;

const change = fc.record({
  at: fc.nat(),
  way: fc.constantFrom(...WAYS),
  value: oddText,
  key: oddKey,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(node: Node, change: Change, count: { left: number }): Node {
  if (count.left === 0) {
    count.left -= 1;
    return changedHere(node, change);
  }
  count.left -= 1;
  if (node.kind === 'list') {
    return { kind: 'list', items: node.items.map((item) => changed(item, change, count)) };
  }
  if (node.kind === 'object') {
    const inner = node.entries.map(([key, value]) => [key, changed(value, change, count)] as const);
    return { kind: 'object', entries: inner };
  }
  return node;
}

function changedHere(node: Node, { way, value, key, at }: Change): Node {
  const odd: Node = { kind: 'text', text: value };
  const entries = node.kind === 'object' ? node.entries : [];
  const chosen = entries.length === 0 ? 0 : at % entries.length;
  switch (way) {
    case 'in-list':
      return { kind: 'list', items: [node, odd] };
    case 'in-object':
      return { kind: 'object', entries: [[key, node]] };
    case 'as-text':
      return { kind: 'text', text: JSON.stringify(write(node)) };
  }
  if (node.kind !== 'object') return odd;
  switch (way) {
    case 'remove':
      return { kind: 'object', entries: entries.filter((_each, index) => index !== chosen) };
    case 'rename':
      return {
        kind: 'object',
        entries: entries.map(([name, each], index) => [index === chosen ? key : name, each]),
      };
    case 'twice':
      return { kind: 'object', entries: [...entries, [entries[chosen]?.[0] ?? key, odd]] };
    case 'add':
      return { kind: 'object', entries: [...entries, [key, odd]] };
    case 'turn':
      return { kind: 'object', entries: entries.toReversed() };
    default:
      return {
        kind: 'object',
        entries: entries.map(([name, each], index) => [name, index === chosen ? odd : each]),
      };
  }
}

function sizeOf(node: Node): number {
  if (node.kind === 'text') return 1;
  const inner = node.kind === 'list' ? node.items : node.entries.map(([, value]) => value);
  return inner.reduce((sum, each) => sum + sizeOf(each), 1);
}

/** A message of the right shape with one to four things wrong in it; sometimes none. */
export function structured(templates: readonly string[]): fc.Arbitrary<Buffer> {
  const nodes = templates.map(nodeOf);
  return fc
    .tuple(
      fc.constantFrom(...nodes),
      fc.array(change, { minLength: 0, maxLength: 4 }),
      fc.nat({ max: 19 }),
      fc.nat(),
    )
    .map(([node, changes, dress, at]) => {
      const after = changes.reduce(
        (now, each) => changed(now, each, { left: each.at % sizeOf(now) }),
        node,
      );
      return dressed(write(after), dress, at);
    });
}

/** What happens to the bytes of a body once it is written; mostly nothing. */
function dressed(text: string, dress: number, at: number): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  switch (dress) {
    case 0:
      return bytes.subarray(0, place);
    case 1:
      return Buffer.concat([bytes.subarray(0, place), Buffer.from([0xff, 0xc0, 0x00])]);
    case 2:
      return Buffer.from(text, 'utf16le');
    case 3:
      return Buffer.from(`\ufeff${text}`);
    case 4:
      return Buffer.from(`${text}${text}`);
    case 5:
      return Buffer.from(`\r\n\t ${text} \0`);
    case 6: {
      const flipped = Buffer.from(bytes);
      if (flipped.length > 0) flipped[place] = (flipped[place] ?? 0) ^ (1 << (at % 8));
      return flipped;
    }
    default:
      return bytes;
  }
}

/** Bytes that are no message at all. */
export const rawBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.from(text)),
  oddText.map((text) => Buffer.from(text)),
  fc
    .constantFrom(...['', '{', '[', '"', '\0', 'null', '[[[[', '{"":', '0', '<xml/>', 'a=b&c=d'])
    .map(Buffer.from),
);
