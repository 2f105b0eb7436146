/**
 * Shopee's shipping document: kinds, creation, result, download (shopee.md 4.4). Printable from
 * arranged until picked up.
 * @module
 */
import { Malformed, Rejected } from '../errors.ts';
import type { Label, Package, SalesOrder } from '../marketplace.ts';
import { meaningOf, readCode, SYSTEM } from './answers.ts';
import {
  createShippingDocument,
  downloadShippingDocument,
  getShippingDocumentParameter,
  getShippingDocumentResult,
} from './client/sdk.gen.ts';
import type { DocumentAnswer, DocumentRow } from './client/types.gen.ts';
import type { Connection, ReadName } from './connection.ts';
import { factsOf, named, type ShopeePackage } from './packages.ts';
import { text } from './wire.ts';

/**
 * Documents asked for on this connection and not fetched yet, by order and package, with their kind.
 * Only saves calls, and the doubt whether creating a document again starts it from the beginning; a
 * new process asks anew.
 */
export type Started = Map<string, string | undefined>;

const MOST_STARTED = 1_000;

/**
 * @returns the label, or undefined while there is none: not arranged, no number yet, in the making.
 * @throws {Rejected} when Shopee makes no label for this package.
 */
export async function readLabel(
  connection: Connection,
  started: Started,
  order: SalesOrder,
  pkg: Package,
): Promise<Label | undefined> {
  if (pkg.phase !== 'arranged' || pkg.numberOwner === 'nobody') return undefined;
  if (pkg.trackingNumber === undefined) return undefined;
  const split =
    'shopee' in pkg
      ? (pkg as ShopeePackage).shopee.split
      : (await factsOf(connection, order)).split;
  const which = { order_sn: order.orderId, ...named(split, pkg.packageId) };
  const key = `${order.orderId}/${pkg.packageId ?? ''}`;
  if (!started.has(key)) {
    const kind = await start(connection, which, pkg.trackingNumber);
    if (started.size >= MOST_STARTED) started.clear();
    started.set(key, kind);
  }
  const kind = started.get(key);
  const ofKind = kind === undefined ? {} : { shipping_document_type: kind };
  try {
    if (!(await isReady(connection, { ...which, ...ofKind }))) return undefined;
    const label = await download(connection, { ...ofKind, order_list: [which] });
    started.delete(key);
    return label;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const code = readCode(error.code ?? '').code;
    if (code === 'download_later') return undefined;
    // Whatever else it was: the next call starts the document again.
    started.delete(key);
    if (code === 'shipping_document_should_print_first') return undefined;
    throw error;
  }
}

interface Which {
  readonly order_sn: string;
  readonly package_number?: string;
}

/** Starts the making; answers the kind of document, undefined when Shopee shall choose. */
async function start(connection: Connection, which: Which, trackingNumber: string) {
  const { data } = await connection.read('getShippingDocumentParameter', (call) =>
    getShippingDocumentParameter({ ...call, body: { order_list: [which] } }),
  );
  const row = rowOf('getShippingDocumentParameter', data);
  const kind =
    text(row?.suggest_shipping_document_type) ?? text(row?.selectable_shipping_document_type?.[0]);
  const wanted = {
    ...which,
    tracking_number: trackingNumber,
    ...(kind === undefined ? {} : { shipping_document_type: kind }),
  };
  const { data: created } = await connection.read('createShippingDocument', (call) =>
    createShippingDocument({ ...call, body: { order_list: [wanted] } }),
  );
  rowOf('createShippingDocument', created);
  return kind;
}

/** @throws {Rejected} when the making failed. */
async function isReady(
  connection: Connection,
  which: Which & { readonly shipping_document_type?: string },
): Promise<boolean> {
  const { data } = await connection.read('getShippingDocumentResult', (call) =>
    getShippingDocumentResult({ ...call, body: { order_list: [which] } }),
  );
  const row = rowOf('getShippingDocumentResult', data);
  const status = text(row?.status)?.toUpperCase();
  if (status === 'FAILED') {
    throw new Rejected('Shopee could not make the label', {
      system: SYSTEM,
      operation: 'getShippingDocumentResult',
      code: 'label-not-available',
    });
  }
  return status === 'READY';
}

async function download(
  connection: Connection,
  body: { readonly shipping_document_type?: string; readonly order_list: Which[] },
): Promise<Label> {
  const { data } = await connection.read('downloadShippingDocument', (call) =>
    downloadShippingDocument({ ...call, body, parseAs: 'blob' }),
  );
  const bytes = new Uint8Array(await data.arrayBuffer());
  return { contentType: kindOfFile(bytes), bytes };
}

/** By the first bytes: status and content type do not tell (shopee.md 4.4). */
function kindOfFile(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (head === '%PDF') return 'application/pdf';
  if (head.startsWith('PK')) return 'application/zip';
  throw new Malformed('the label is neither PDF nor ZIP', {
    system: SYSTEM,
    operation: 'downloadShippingDocument',
  });
}

/** One order is asked for, so there is one row. @throws {Rejected} when the row failed. */
function rowOf(operation: ReadName, answer: DocumentAnswer): DocumentRow | undefined {
  const row = answer.response?.result_list?.[0];
  const error = text(row?.fail_error);
  if (error === undefined) return row;
  const means = meaningOf(error, row?.fail_message ?? '');
  throw new Rejected(`${error}: ${row?.fail_message ?? ''}`, {
    system: SYSTEM,
    operation,
    code: means?.is === 'refused' ? means.as : error,
    requestId: answer.request_id ?? undefined,
  });
}
