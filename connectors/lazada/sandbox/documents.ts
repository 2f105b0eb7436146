/**
 * `/order/package/document/get` and the PDF it points at (lazada.md 4.1, 7.11).
 * @module
 */
import { randomBytes } from 'node:crypto';
import type { SandboxAnswer, SandboxRequest } from '../../sandbox.ts';
import { failWhole, packageIdsOf, REFUSALS } from './fulfilment.ts';
import type { Call } from './gate.ts';
import { textPdf } from './pdf.ts';
import { parseRecord, resultOk } from './wire.ts';
import { now, type Parcel, parcelOfSellers, type World } from './world.ts';

/** `pdf_url` is valid for 10 minutes. */
const PDF_MS = 10 * 60_000;

/** Where the simulator serves the PDFs; the real ones lie on another host. */
export const LABEL_PATH = '/label/awb.pdf';

export interface Labels {
  readonly getDocument: (call: Call) => SandboxAnswer;
  /** Answers a fetch of `pdf_url`. */
  readonly download: (request: SandboxRequest) => SandboxAnswer;
}

/** @param baseUrl asked when a label is made, for the port is not known before. */
export function openLabels(world: World, baseUrl: () => string): Labels {
  const files = new Map<string, { readonly parcels: Parcel[]; readonly expiresAt: number }>();
  return { getDocument, download };

  function getDocument({ params, sellers }: Call): SandboxAnswer {
    const request = parseRecord(params.get('getDocumentReq'));
    const asked = packageIdsOf(request);
    if ('why' in asked) return failWhole(asked.why);
    const docType = request?.doc_type;
    if (docType !== 'PDF' && docType !== 'HTML') return failWhole(REFUSALS.parameter);
    const parcels: Parcel[] = [];
    for (const id of asked.ids) {
      const parcel = parcelOfSellers(world, sellers, id);
      // Assumed: one package that cannot be printed refuses the whole call.
      if (!parcel) return failWhole(REFUSALS.packageNotFound);
      if (parcel.sof) return failWhole(REFUSALS.notPrintable);
      if (parcel.status !== 'packed' && parcel.status !== 'ready_to_ship') {
        return failWhole(REFUSALS.notPacked);
      }
      parcels.push(parcel);
    }
    if (docType === 'HTML') {
      const html = labelLines(parcels).map((line) => `<p>${line}</p>`);
      return resultOk({
        file: base64(`<html><body>${html.join('')}</body></html>`),
        doc_type: docType,
      });
    }
    const key = randomBytes(12).toString('hex');
    files.set(key, { parcels, expiresAt: now(world) + PDF_MS });
    const url = `${baseUrl()}${LABEL_PATH}?key=${key}`;
    return resultOk({
      file: base64(`<iframe src="${url}" width="100%" height="100%"></iframe>`),
      doc_type: docType,
      pdf_url: url,
    });
  }

  function download(request: SandboxRequest): SandboxAnswer {
    const file = files.get(request.query.get('key') ?? '');
    if (!file || file.expiresAt <= now(world)) {
      // Assumed: how an expired link answers; only its ten minutes are documented.
      return {
        status: 403,
        headers: { 'content-type': 'text/plain' },
        body: 'Request has expired',
      };
    }
    return {
      headers: { 'content-type': 'application/pdf' },
      body: textPdf(labelLines(file.parcels)),
    };
  }
}

function labelLines(parcels: readonly Parcel[]): string[] {
  return parcels.map(
    (parcel) => `${parcel.provider} ${parcel.trackingNumber} package ${parcel.id}`,
  );
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
