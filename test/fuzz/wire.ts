/** What no HTTP client sends: broken, lying, endless and impolite bytes on a connection. */
import fc from 'fast-check';
import type { Facts } from './facts.ts';
import type { Input } from './inputs.ts';

const POST = (path: string, head: string, body: string | Buffer = '') =>
  Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\nHost: x\r\n${head}\r\n`, 'latin1'),
    Buffer.from(body),
  ]);

type Sample = readonly [kind: string, ...pieces: (string | Buffer)[]];

function samples(facts: Facts): readonly Sample[] {
  const push = '/push/lazada/main';
  const callback = `/callback/pandapon/main/${facts.token}`;
  const get = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
  const chunked = 'Transfer-Encoding: chunked\r\n';
  const lines = [
    ...['GET / HTTP/0.9\r\n\r\n', 'GET /\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET / HTTP/1.1\n\n'],
    ...['\r\n\r\n', '\0\0\0\0', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET  / HTTP/1.1\r\n\r\n'],
    ...[
      'get / HTTP/1.1\r\nHost: x\r\n\r\n',
      'FOO / HTTP/1.1\r\nHost: x\r\n\r\n',
      ' GET / HTTP/1.1',
    ],
    ...['GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /\u00ff\u00fe HTTP/1.1\r\nHost: x\r\n\r\n'],
    ...['GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'],
    ...[
      'CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
    ],
    ...[
      'GET //// HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /% HTTP/1.1\r\nHost: x\r\n\r\n',
      '\x16\x03\x01\x02',
    ],
    ...['GET ? HTTP/1.1\r\nHost: x\r\n\r\n', 'GET # HTTP/1.1\r\nHost: x\r\n\r\n'],
    ...['GET http:///../x HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /\u007f HTTP/1.1\r\nHost: x\r\n\r\n'],
  ];
  const heads = [
    ...['', 'Host: y\r\n', 'Host\r\n', 'X: a\0b\r\n', ': empty\r\n', 'X : y\r\n', ' folded\r\n'],
    ...['Content-Length: -1\r\n', 'Content-Length: 1e3\r\n', 'Content-Length: 5, 5\r\n'],
    ...['Content-Length: 99999999999999999999\r\n', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
    ...[`${chunked}Content-Length: 5\r\n`, 'Transfer-Encoding: gzip, chunked\r\n'],
    ...['Transfer-Encoding: chunked, identity\r\n', 'Transfer-Encoding: xchunked\r\n'],
    ...['Expect: 100-continue\r\nContent-Length: 2\r\n', 'Expect: a miracle\r\n'],
    ...['Upgrade: websocket\r\nConnection: Upgrade\r\n', 'Connection: close, keep-alive, \0\r\n'],
    ...['Authorization: \u00ff\u00ff\r\n', `Authorization: ${'a'.repeat(15_000)}\r\n`],
    ...[`X: ${'a'.repeat(20_000)}\r\n`, 'X: 1\r\n'.repeat(1_500), '__proto__: x\r\n'.repeat(50)],
    ...['Content-Type: application/json; charset=utf-7\r\nContent-Length: 2\r\n'],
    ...['Trailer: authorization\r\n', 'X-HTTP-Method-Override: DELETE\r\n', 'Range: bytes=0-\r\n'],
  ];
  const chunks = [
    ...[
      'zz\r\n',
      '-1\r\nx\r\n0\r\n\r\n',
      'fffffffffffffffff\r\nx',
      '5\r\nabcde',
      '5\r\nabcdefgh\r\n',
    ],
    ...['1;ext="\r\nx\r\n0\r\n\r\n', '0\r\nX: y\r\n\r\n', '0\r\nauthorization: x\r\n\r\n'],
    ...[
      '1\r\nx\r\n'.repeat(3_000),
      '2\r\n{}\r\n0\r\n\r\n',
      '0',
      '\r\n',
      `1;${'e'.repeat(20_000)}\r\nx`,
    ],
  ];
  const long = 'x'.repeat(70_000);
  return [
    ...lines.map((line): Sample => ['request line', Buffer.from(line, 'latin1')]),
    ...heads.map((head): Sample => ['headers', POST(push, head, '{}')]),
    ...heads.map((head): Sample => ['headers', POST(callback, head, '{}')]),
    ...chunks.map((body): Sample => ['chunks', POST(push, chunked, body)]),
    ...chunks.map((body): Sample => ['chunks', POST(callback, chunked, body)]),
    ['length lies', POST(push, 'Content-Length: 9999\r\n', '{}')],
    ['length lies', POST(callback, 'Content-Length: 1\r\n', '{}{}{}')],
    ['length lies', POST(callback, 'Content-Length: 0\r\n', get)],
    ['length lies', POST(push, 'Content-Length: 300000\r\n', long), long],
    ['pipelined', get.repeat(40)],
    ['pipelined', Buffer.concat([POST(push, 'Content-Length: 2\r\n', '{}'), Buffer.from(get)])],
    ['pipelined', 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(60)],
    ['smuggled', POST(push, `Content-Length: 4\r\n${chunked}`, `0\r\n\r\n${get}`)],
    ['smuggled', POST(push, `${chunked}Transfer-Encoding: x\r\n`, `0\r\n\r\n${get}`)],
    ['in pieces', 'GE', 'T /hea', 'lth HTTP/1.1\r', '\nHost: x\r\n\r', '\n'],
    ['in pieces', POST(push, 'Content-Length: 9\r\n', '{"co'), 'de":', '0}'],
    ['hung up on', POST(push, 'Content-Length: 500\r\n', '{"code":')],
    ['hung up on', 'POST /push/lazada/main HTT'],
  ];
}

/** One of the samples, mostly with some bytes changed. */
export function wireInputs(facts: Facts): fc.Arbitrary<Input> {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
  return fc.tuple(fc.constantFrom(...samples(facts)), flips).map(([[kind, ...texts], changes]) => {
    const pieces = texts.map((each) => Buffer.from(each as string));
    for (const [at, byte] of changes) {
      const piece = pieces[at % pieces.length];
      if (piece && piece.length > 0) piece[at % piece.length] = byte;
    }
    return {
      endpoint: 'wire',
      kind,
      standing: 'unverified',
      request: { pieces, pauseMs: texts.length > 1 ? 5 : 0, drip: false },
    };
  });
}

/** Of each slow one: connections held at the same time. */
const COPIES = 40;

/** Never ends by itself: the server must end it. */
export function slowInputs(facts: Facts, withBodies: boolean): Input[] {
  const heads = ['GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'POST /push/lazada/main HT', ''];
  const bodies = [
    Buffer.from(
      'GET /oauth/lazada/callback?state=x HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n',
    ),
    POST('/push/shopee/main', 'Content-Length: 5000\r\n', '{"code":'),
    POST(`/callback/pandapon/main/${facts.token}`, 'Transfer-Encoding: chunked\r\n', '1\r\n{'),
  ];
  const begun = [...heads.map((each) => Buffer.from(each)), ...(withBodies ? bodies : [])];
  return Array.from({ length: COPIES }, () => begun)
    .flat()
    .map((first) => ({
      endpoint: 'wire',
      kind: 'slow, without end',
      standing: 'unverified',
      request: {
        pieces: first.length === 0 ? [] : [first, Buffer.from('x')],
        pauseMs: 250,
        drip: first.length > 0,
      },
    }));
}
