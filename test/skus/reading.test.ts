/** A file of SKU links as it comes from spreadsheets, editors and programs, read in pieces of any size. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openRows, type RightRow, type WrongRow } from '../../src/skus/rows.ts';

const HEAD = 'sku,itemId,skuId,quantity,price,store';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Read {
  readonly delimiter: string;
  readonly right: RightRow[];
  readonly wrong: WrongRow[];
}

async function read(content: string | Buffer, size = 65_536): Promise<Read> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const file = await openRows(pieces(bytes, size));
  const right: RightRow[] = [];
  const wrong: WrongRow[] = [];
  for await (const batch of file.batches) {
    right.push(...batch.right);
    wrong.push(...batch.wrong);
  }
  return { delimiter: file.delimiter, right, wrong };
}

const utf16 = (text: string) =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const utf16be = (text: string) => utf16(text).swap16();

describe('is read', () => {
  const rows = [
    ['sku', 'itemId', 'skuId', 'price'],
    ['MUG', '600126245031041190', '5016', '12.50'],
    ['茶壶', '1', '2', ''],
  ];
  const text = (delimiter: string, end: string) =>
    rows.map((row) => row.join(delimiter)).join(end) + end;
  test.each<[string, string | Buffer]>([
    ['with commas', text(',', '\n')],
    ['with semicolons and CRLF', text(';', '\r\n')],
    ['with tabs', text('\t', '\n')],
    ['with CR alone', text(',', '\r')],
    ['without an end of the last line', text(',', '\n').trimEnd()],
    ['with a byte order mark', `\uFEFF${text(',', '\n')}`],
    ["with Excel's line sep=", `sep=;\r\n${text(';', '\r\n')}`],
    ['with a mark and sep=', `\uFEFFsep=\t\n${text('\t', '\n')}`],
    ['as UTF-16, "Unicode text"', utf16(text('\t', '\r\n'))],
    ['as UTF-16 the other way round', utf16be(text('\t', '\r\n'))],
    ['with all cells quoted', rows.map((row) => row.map((c) => `"${c}"`).join(',')).join('\r\n')],
    [
      'with guarded cells',
      'sku,itemId,skuId,price\n"=""MUG""","=""600126245031041190""",5016,12.50\n茶壶,1,2\n',
    ],
    ['with empty lines', `${rows.map((row) => row.join(',')).join('\n\n')}\n\n`],
    [
      'with mixed ends',
      'sku,itemId,skuId,price\r\nMUG,600126245031041190,5016,12.50\n茶壶,1,2,\r\n',
    ],
    [
      'with remarks of an earlier import',
      'line,reason,sku,itemId,skuId,price\n7,is empty,MUG,600126245031041190,5016,12.50\n8,,茶壶,1,2,\n',
    ],
  ])('%s', async (_, content) => {
    for (const size of [1, 7, 65_536]) {
      const { right, wrong } = await read(content, size);
      expect(wrong).toEqual([]);
      expect(right.map(({ link }) => link)).toEqual([
        {
          sku: 'MUG',
          itemId: '600126245031041190',
          skuId: '5016',
          quantity: 1,
          priceFen: 1250,
          store: undefined,
        },
        {
          sku: '茶壶',
          itemId: '1',
          skuId: '2',
          quantity: 1,
          priceFen: undefined,
          store: undefined,
        },
      ]);
    }
  });
});

test('a row is named by the line it begins on, behind quoted line breaks of both kinds', async () => {
  const { right, wrong } = await read(
    `sep=,\r\n${HEAD}\r\n"A\r\nB",1,2\r\n\r\n"C\nD",1,2\r\nE,1,x y\r\n"F\r\n\r\n",1,2\r\nG,1,2\r\n`,
  );
  expect(right.map(({ line, link }) => [line, link.sku])).toEqual([
    [3, 'A\r\nB'],
    [6, 'C\nD'],
    [9, 'F'],
    [12, 'G'],
  ]);
  expect(wrong.map(({ line }) => line)).toEqual([8]);
});

test('the size of the pieces changes nothing', async () => {
  const odd = fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r', 'é', '壶', 'A', ' '),
    maxLength: 6,
  });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(
      fc.array(odd, { maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      async (skus, size) => {
        const text = [HEAD, ...skus.map((sku) => `${quoted(sku)},1,2`)].join('\r\n');
        expect(await read(text, size)).toEqual(await read(text));
      },
    ),
    { numRuns: 200 },
  );
});

describe('is refused', () => {
  test.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'is empty'],
    ['a mark and nothing', '\uFEFF', 'is empty'],
    ['empty lines', '\n\n', 'is empty'],
    ['a slip in the header', 'sku;item_id;skuId\n', 'did you mean "itemId"?'],
    ['no header', 'MUG,1,2\n', 'column "sku" is missing'],
    [
      'another encoding',
      Buffer.concat([Buffer.from(`${HEAD}\nA,1,2\n`), Buffer.from([0xd6, 0xd0])]),
      'line 3 is the first',
    ],
    [
      'a character cut at the end',
      Buffer.from(`${HEAD}\nA,1,2\n壶`).subarray(0, -1),
      'is not UTF-8',
    ],
    ['a workbook', Buffer.from('PK\u0003\u0004xxxxxxx'), 'is a workbook'],
    ['UTF-16 without a mark', Buffer.from(HEAD, 'utf16le'), 'is not UTF-8 text'],
    ['damaged UTF-16', utf16(HEAD).subarray(0, -1), 'is damaged UTF-16'],
    [
      'a quotation mark that is not closed',
      `${HEAD}\nA,1,2\n"B,1,2\nC,1,2\n`,
      'after line 2 a quotation mark is not closed',
    ],
    ['text behind a closing quotation mark', `${HEAD}\n"A" B,1,2\n`, 'Invalid Closing Quote'],
    [
      'a quotation mark within a cell',
      `${HEAD}\nA,1,2\n5" MUG,1,2\nB,1,2\n`,
      'line 3: Invalid Opening Quote',
    ],
  ])('%s', async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(message);
    await expect(read(content, 1)).rejects.toThrow(message);
  });

  test.each(['x', '"', 'A,1,2\n"'])(
    'a line without an end after %j, and the rest is not even read',
    async (start) => {
      let asked = 0;
      async function* endless(): AsyncGenerator<Buffer> {
        yield Buffer.from(`${HEAD}\n${start}`);
        for (; asked < 1_000; asked += 1) yield Buffer.alloc(65_536, 'x');
      }
      const reading = async () => {
        for await (const _ of (await openRows(endless())).batches);
      };
      await expect(reading()).rejects.toThrow('is longer than 64 kB');
      expect(asked).toBeLessThan(10);
    },
  );
});

describe('a wrong row spoils', () => {
  const spoilt = async (...rows: string[]) =>
    (await read([HEAD, ...rows].join('\n'))).wrong.map(({ skus, store }) => [skus, store]);

  test('its SKU in its store', async () => {
    expect(await spoilt('A,1,2,zero,,tea-sg', 'B,x y,2')).toEqual([
      [['A'], 'tea-sg'],
      [['B'], ''],
    ]);
  });

  test('its SKU in every store when the store is wrong', async () => {
    expect(await spoilt('A,1,2,,,TEA SG')).toEqual([[['A'], undefined]]);
  });

  test('the SKU above when it names none: a spreadsheet of bundles often says it once', async () => {
    expect(await spoilt('A,1,2', ',1,3')).toEqual([[['A'], undefined]]);
  });

  test('every SKU it may mean when its values are too many', async () => {
    const [row] = await spoilt('A,B,1,2,1,3.00,');
    expect(row?.[0]).toContain('A,B');
    expect(row?.[1]).toBeUndefined();
  });
});
