/** Labels: fetched as bytes, never rendered (lazada.md sections 3.5 and 4.1, pitfall 11). @module */
import { createCaller, type Operation } from '../call.ts';
import { Malformed, Unavailable } from '../errors.ts';
import type { Label, Package } from '../marketplace.ts';
import type { Surroundings } from '../surroundings.ts';
import { getDocument } from './client/sdk.gen.ts';
import { NO_LABEL } from './codes.ts';
import type { Connection } from './connection.ts';
import { isRejectedWith } from './errors.ts';
import { operations } from './operations.ts';
import { readRefusal } from './outcomes.ts';
import { ownHosts } from './settings.ts';
import { flag, text } from './wire.ts';

const download: Operation = { name: 'downloadLabel', kind: 'read', binary: true };

/**
 * Hosts that Lazada serves files from, each with its subdomains.
 * Assumed: the reference names none; these are the ventures' domains and Lazada's file host.
 */
const LABEL_HOSTS = [
  'lazada.com',
  'lazada.sg',
  'lazada.com.my',
  'lazada.co.th',
  'lazada.vn',
  'lazada.com.ph',
  'lazada.co.id',
  'slatic.net',
];

/**
 * The label of a packed package; undefined when Lazada makes none (seller-delivered, digital, by
 * Lazada's warehouse), has none yet, or hands out a masked one.
 */
export async function readLabel(
  connection: Connection,
  pkg: Package,
  surroundings: Surroundings,
): Promise<Label | undefined> {
  if (pkg.packageId === undefined || pkg.numberOwner !== 'marketplace') return undefined;
  const document = await readDocument(connection, pkg.packageId);
  if (!document) return undefined;
  const url = text(document.pdf_url);
  if (url !== undefined) return fetchPdf(connection, url, surroundings);
  const bytes = fromBase64(text(document.file));
  if (!bytes) return undefined;
  if (isPdf(bytes)) return { contentType: 'application/pdf', bytes };
  // A page that only frames the PDF loses its content after 10 minutes: what it frames is the label.
  const framed = /<iframe[^>]+src=["']([^"']+)["']/i.exec(bytes.toString('utf8'))?.[1];
  if (framed !== undefined)
    return fetchPdf(connection, framed.replaceAll('&amp;', '&'), surroundings);
  return { contentType: 'text/html', bytes };
}

async function readDocument(connection: Connection, packageId: string) {
  const request = {
    doc_type: 'PDF',
    packages: [{ package_id: packageId }],
    print_item_list: false,
  };
  try {
    const { result, request_id } = await connection.call(operations.getDocument, (via) =>
      getDocument({ ...via, query: { getDocumentReq: JSON.stringify(request) } }),
    );
    if (flag(result.success)) return result.data ?? undefined;
    throw readRefusal(result, {
      system: 'lazada',
      operation: operations.getDocument.name,
      requestId: text(request_id),
    });
  } catch (error) {
    if (isRejectedWith(error, NO_LABEL)) return undefined;
    throw error;
  }
}

async function fetchPdf(
  connection: Connection,
  address: string,
  surroundings: Surroundings,
): Promise<Label> {
  const url = allowed(connection, address);
  const caller = createCaller({
    ...surroundings,
    system: 'lazada',
    sign: (request) => request,
    classify: (answer) =>
      new Unavailable(`label download answered ${answer.status} without a file`, {
        system: 'lazada',
        operation: download.name,
        httpStatus: answer.status,
      }),
  });
  const response = await caller.fetch(download)(url);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!isPdf(bytes)) throw malformed('the label fetched is no PDF');
  return { contentType: 'application/pdf', bytes };
}

/** Only Lazada's hosts over https, or a host that the settings name: nobody's address from an answer. */
function allowed(connection: Connection, address: string): URL {
  const url = URL.parse(address);
  if (url && ownHosts(connection.app).has(url.host)) return url;
  const hosts = [...LABEL_HOSTS, ...(connection.app.labelHosts ?? [])];
  const known = hosts.some((host) => url?.hostname === host || url?.hostname.endsWith(`.${host}`));
  if (!url || !known || url.port !== '' || url.username !== '') {
    throw malformed(`labels are not fetched from "${url?.host ?? 'an unreadable address'}"`);
  }
  if (url.protocol === 'http:') url.protocol = 'https:';
  if (url.protocol !== 'https:') throw malformed(`labels are not fetched over ${url.protocol}`);
  return url;
}

/** Undefined for what is no base64: a masked file holds stars. */
function fromBase64(file: string | undefined): Buffer | undefined {
  const packed = file?.replace(/\s+/g, '');
  if (!packed || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return undefined;
  return packed.replace(/=+$/, '').length % 4 === 1 ? undefined : Buffer.from(packed, 'base64');
}

function isPdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';
}

function malformed(message: string): Malformed {
  return new Malformed(message, { system: 'lazada', operation: download.name });
}
