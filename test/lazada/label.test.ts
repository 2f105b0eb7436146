import { expect, test } from 'vitest';
import { Malformed, Rejected } from '../../connectors/errors.ts';
import { isBroken, toSalesOrder } from '../../connectors/lazada/orders.ts';
import { item, order, type Scripted, scripted, store } from './given.ts';

const PDF = Buffer.from('%PDF-1.4 label');
const packed = { status: 'packed', package_id: 'FP1' };

async function label(server: Scripted, more: object = packed) {
  const marketplace = store(server);
  const read = toSalesOrder('1', order(1, '2026-03-01 12:00:00 +0800'), [item(1, 2, more)], 'sg');
  if (isBroken(read)) throw new Error(read.error);
  const [first] = await marketplace.readPackages(read);
  if (!first) throw new Error('no package');
  return marketplace.readLabel(read, first);
}

function document(data: object): object {
  return { code: '0', result: { success: true, data }, request_id: 'r' };
}

function base64(text: string | Buffer): string {
  return Buffer.from(text).toString('base64');
}

test('a PDF is fetched from its address, unsigned', async () => {
  const server: Scripted = await scripted(({ path }) =>
    path === '/label.pdf'
      ? PDF
      : document({ doc_type: 'PDF', pdf_url: `${server.url}/label.pdf?x=1` }),
  );
  const read = await label(server);
  expect(read?.contentType).toBe('application/pdf');
  expect(Buffer.from(read?.bytes ?? [])).toEqual(PDF);
  expect(server.requests.map(({ rawQuery }) => rawQuery).at(-1)).toBe('x=1');
  expect(JSON.parse(server.requests[0]?.parameters.getDocumentReq ?? '')).toEqual({
    doc_type: 'PDF',
    packages: [{ package_id: 'FP1' }],
    print_item_list: false,
  });
});

test('a page that only frames the PDF is followed', async () => {
  const server: Scripted = await scripted(({ path }) =>
    path === '/l.pdf'
      ? PDF
      : document({
          file: base64(`<iframe width="1" src="${server.url}/l.pdf?a=1&amp;b=2"></iframe>`),
        }),
  );
  expect((await label(server))?.contentType).toBe('application/pdf');
  expect(server.requests.at(-1)?.rawQuery).toBe('a=1&b=2');
});

test.each([
  ['a PDF in base64', base64(PDF), 'application/pdf'],
  ['a page in base64', base64('<html><script>x</script></html>'), 'text/html'],
])('%s comes back as bytes', async (_name, file, contentType) => {
  const read = await label(await scripted(() => document({ file })));
  expect(read?.contentType).toBe(contentType);
  expect(base64(Buffer.from(read?.bytes ?? []))).toBe(file);
});

test.each([['D****'], ['PGlm****cm'], [''], ['A']])('the file "%s" is no label', async (file) => {
  expect(await label(await scripted(() => document({ file })))).toBeUndefined();
});

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://localhost:1/x.pdf',
  'https://lazada.sg.example.com/x.pdf',
  'https://evillazada.sg/x.pdf',
  'https://user@api.lazada.sg/x.pdf',
  'https://api.lazada.sg:8443/x.pdf',
  'file:///etc/passwd',
  'ftp://lazada.sg/x.pdf',
  'no address',
])('%s is not fetched', async (pdf_url) => {
  const server = await scripted(() => document({ pdf_url }));
  await expect(label(server)).rejects.toBeInstanceOf(Malformed);
  expect(server.requests).toHaveLength(1);
});

test("a host's error page is no label", async () => {
  const server: Scripted = await scripted(({ path }) =>
    path === '/x.pdf'
      ? { status: 403, body: '<Error>expired</Error>' }
      : document({ pdf_url: `${server.url}/x.pdf` }),
  );
  await expect(label(server)).rejects.toBeInstanceOf(Error);
});

test.each(['50008', '700040', '30012'])('code %s: there is no label', async (error_code) => {
  const server = await scripted(() => ({ code: '0', result: { success: false, error_code } }));
  expect(await label(server)).toBeUndefined();
  expect(await label(await scripted(() => ({ code: error_code, message: 'no' })))).toBeUndefined();
});

test('another refusal is told', async () => {
  const result = { success: false, error_code: '600001', error_msg: 'package not found' };
  const server = await scripted(() => ({ code: '0', result, request_id: 'r-7' }));
  const error = await label(server).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Rejected);
  expect(error).toMatchObject({ code: '600001', requestId: 'r-7' });
});

test.each([
  ['not packed', {}],
  ['delivered by the seller', { ...packed, delivery_option_sof: 1 }],
  ['fulfilled by Lazada', { ...packed, is_fbl: 1 }],
])('nothing is asked for a package that is %s', async (_name, more) => {
  const server = await scripted(() => document({ file: base64(PDF) }));
  expect(await label(server, more)).toBeUndefined();
  expect(server.requests).toEqual([]);
});
