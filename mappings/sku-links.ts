/**
 * SKU links, and the checking of their CSV: header, then row by row. Splitting the file into cells,
 * and what two rows of one file with the same SKU mean, is the caller's part.
 * @module
 */
import { z } from 'zod';
import { nearest } from './near-miss.ts';
import { yuanToFen } from './values.ts';

/** "This marketplace SKU is bought as this source SKU"; several links of one SKU are bought together. */
export interface SkuLink {
  /** Name of the store it belongs to; undefined: shared by all stores. */
  readonly store: string | undefined;
  readonly sku: string;
  readonly itemId: string;
  readonly skuId: string;
  /** Units of the source SKU per unit sold. */
  readonly quantity: number;
  /** One unit of the source SKU, in fen. */
  readonly priceFen: number | undefined;
}

/** The columns of a SKU link file, in the order they are written. */
export const LINK_COLUMNS = [
  'sku',
  'itemId',
  'skuId',
  'quantity',
  'price',
  'priceFen',
  'store',
] as const;
export type LinkColumn = (typeof LINK_COLUMNS)[number];

/** Columns that the file of wrong rows has besides; an import leaves them aside. */
export const REMARK_COLUMNS = ['line', 'reason'] as const;
/** Columns of a file of proposals. An import reads only the yes in `accept` (src/skus/acceptance.ts). */
export const SUGGESTION_COLUMNS = ['accept', 'confidence', 'name', 'why'] as const;
export type FileColumn =
  | LinkColumn
  | (typeof REMARK_COLUMNS)[number]
  | (typeof SUGGESTION_COLUMNS)[number];

/** More is no SKU: the marketplaces allow 100 to 200 characters. Bounded also for the index. */
const MOST_SKU_CHARACTERS = 200;
const MOST_ID_CHARACTERS = 100;
/** Units per unit sold: more is a slip, such as an id in the wrong column. */
const MOST_UNITS = 1_000_000;

const NEEDED: readonly LinkColumn[] = ['sku', 'itemId', 'skuId'];

const FILE_COLUMNS: readonly FileColumn[] = [
  ...LINK_COLUMNS,
  ...REMARK_COLUMNS,
  ...SUGGESTION_COLUMNS,
];

export interface ColumnError {
  /** As the file spells it; the missing column's name otherwise. */
  readonly column: string;
  readonly error: string;
}

export type HeaderCheck =
  | { readonly ok: true; readonly columns: readonly FileColumn[] }
  | { readonly ok: false; readonly errors: readonly ColumnError[] };

/**
 * Checks the header of a file; `columns` are the names to give the cells, in the file's order.
 * @param needed the columns that must be there
 */
export function checkHeader(
  header: readonly string[],
  needed: readonly LinkColumn[] = NEEDED,
): HeaderCheck {
  const columns: FileColumn[] = [];
  const errors: ColumnError[] = [];
  for (const [index, cell] of header.entries()) {
    const spelled = (index === 0 ? cell.replace(/^\uFEFF/, '') : cell).trim();
    const column = FILE_COLUMNS.find((known) => known === spelled);
    if (!column) errors.push({ column: spelled, error: unknownColumn(spelled, index) });
    else if (columns.includes(column))
      errors.push({ column, error: `column "${column}" is there twice` });
    else columns.push(column);
  }
  for (const column of needed) {
    if (!columns.includes(column)) errors.push({ column, error: `column "${column}" is missing` });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, columns };
}

function unknownColumn(spelled: string, index: number): string {
  if (spelled === '') return `column ${index + 1} has no name`;
  const near = nearest(spelled, LINK_COLUMNS);
  return near
    ? `column "${spelled}" is not known; did you mean "${near}"?`
    : `column "${spelled}" is not known; known are ${LINK_COLUMNS.join(', ')}`;
}

const cell = z.string().trim();
const emptyIsAbsent = cell.default('').transform((text) => (text === '' ? undefined : text));

/** Item and SKU ids: digits at Taobao and 1688, base64url-like text in the agent's v2. */
const sourceId = cell
  .min(1, 'is empty')
  .max(MOST_ID_CHARACTERS, `is longer than ${MOST_ID_CHARACTERS} characters`)
  .regex(
    /^(?!\d+[.,]?\d*[eE]\+\d+$)/,
    'was rounded by a spreadsheet, which keeps 15 digits: its last digits are lost. Format the column as text there (Excel: Format Cells, Text), then enter the id again from its source',
  )
  .regex(/^[A-Za-z0-9_=-]+$/, 'may hold letters, digits, "_", "-" and "=" only');

const units = emptyIsAbsent.transform((text = '1', context) => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_UNITS) return value;
  context.addIssue({ code: 'custom', message: `is not a whole number from 1 to ${MOST_UNITS}` });
  return z.NEVER;
});

const priceInYuan = emptyIsAbsent.transform((text, context) => {
  if (text === undefined) return undefined;
  const fen = yuanToFen(text);
  if (fen !== undefined && fen > 0) return fen;
  context.addIssue({
    code: 'custom',
    message: 'is not a price in yuan above 0 with at most two decimals, e.g. 12.50',
  });
  return z.NEVER;
});

const priceInFen = emptyIsAbsent.transform((text, context) => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
  context.addIssue({ code: 'custom', message: 'is not a price in fen: a whole number from 1' });
  return z.NEVER;
});

/** One row, by column name; cells that the file does not have may be absent. */
export const skuLinkRow = z
  .strictObject({
    sku: cell
      .min(1, 'is empty')
      .max(MOST_SKU_CHARACTERS, `is longer than ${MOST_SKU_CHARACTERS} characters`)
      .refine((text) => !text.includes('\0'), 'holds a character that is no text (NUL)'),
    itemId: sourceId,
    skuId: sourceId,
    quantity: units,
    price: priceInYuan,
    priceFen: priceInFen,
    store: emptyIsAbsent.refine(
      (text) => text === undefined || /^[a-z0-9][a-z0-9-]{0,62}$/.test(text),
      'is no store name: lower-case letters, digits and hyphens; empty for all stores',
    ),
  })
  .superRefine((row, context) => {
    if (row.price !== undefined && row.priceFen !== undefined && row.price !== row.priceFen) {
      context.addIssue({
        code: 'custom',
        path: ['priceFen'],
        message: 'says another price than the column "price"',
      });
    }
  })
  .transform(({ price, priceFen, store, ...link }): SkuLink => {
    return { ...link, store, priceFen: priceFen ?? price };
  });

export type RowRead =
  | { readonly ok: true; readonly link: SkuLink }
  | { readonly ok: false; readonly line: number; readonly column: string; readonly error: string };

/**
 * Reads one row. The error names the first faulty column and its content.
 * @param record cells by column name, as `checkHeader` named them
 * @param line the row's line in the file, from 1
 */
export function readRow(record: Readonly<Record<string, string>>, line: number): RowRead {
  const parsed = skuLinkRow.safeParse(record);
  if (parsed.success) return { ok: true, link: parsed.data };
  const [issue] = parsed.error.issues;
  const column = String(
    issue?.path[0] ?? (issue?.code === 'unrecognized_keys' ? issue.keys[0] : ''),
  );
  const content = record[column];
  const shown = content ? ` "${shorten(content)}"` : '';
  return { ok: false, line, column, error: `column "${column}"${shown} ${issue?.message}` };
}

const MOST_SHOWN = 60;

/** A cell as a message shows it: no line breaks, nothing a terminal would obey, no whole novel. */
export function shorten(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, ' ');
  return plain.length > MOST_SHOWN ? `${plain.slice(0, MOST_SHOWN)}...` : plain;
}
