/** Ways to ask for the address of the consents that no browser has. */
import fc from 'fast-check';
import type { Facts } from './facts.ts';
import type { Input } from './inputs.ts';
import { FORGED, MARK } from './marks.ts';
import { callbackPath } from './spoils.ts';

/** What no HTTP client sends; forged states only, because a changed byte could mend them. */
export function rawConsents(facts: Facts): fc.Arbitrary<Input> {
  const flips = fc.oneof(
    fc.constant([]),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
  );
  return fc.tuple(fc.constantFrom(...rawTexts(facts)), flips).map(([text, changes]): Input => {
    const piece = Buffer.from(text, 'latin1');
    for (const [at, byte] of changes) piece[at % piece.length] = byte;
    const request = { pieces: [piece], pauseMs: 0, drip: false };
    return { endpoint: 'consent', kind: 'odd bytes', standing: 'unverified', request };
  });
}

function rawTexts(facts: Facts): string[] {
  const path = `/oauth/lazada/callback?code=${FORGED}&state=${FORGED}`;
  const { used } = facts.consents;
  const spent = used.map(([at, state]) =>
    callbackPath(at, [
      ['code', FORGED],
      ['state', state],
    ]),
  );
  const targets = [
    ...[
      'http://x',
      'http://x:99999',
      'http://x:-1',
      'http://[',
      'http://[::1',
      'http://@',
      'http://',
    ],
    ...[
      'https://%',
      'http://a b',
      'http://x:y',
      'file://',
      'http://x\\y',
      'http://\xff',
      '/',
      '//x:99999',
    ],
  ].map((host) => host + path);
  const odd = [
    ...[`${path}\xff\xfe`, `${path}#fuzzz`, `${path}\\`, `${path}|^\`{}<fuzzz>"`, `${path}&\x7f=1`],
    ...[
      '/oauth/\xff/callback',
      '/oauth/lazada/callback?',
      '/oauth/lazada/callback?&&==&=',
      '/OAUTH/LAZADA/CALLBACK?a',
    ],
    ...[
      '/oauth/lazada/callback/?state',
      '/oauth//callback?state=1',
      '/oauth/lazada/callback?\xff=\xff&\xff=\xff',
    ],
    ...spent,
  ];
  const line = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
  return [
    ...[...targets, ...odd].map((target) => line(target)),
    line(path).repeat(30),
    line(path, 'Content-Length: 70000\r\n') + 'x'.repeat(70_000),
    `${line(path, 'Content-Length: 500\r\n')}x`,
    `${line(path, 'Transfer-Encoding: chunked\r\n')}5\r\nabcde\r\n0\r\n\r\n`,
    `${line(path, 'Transfer-Encoding: chunked\r\n')}zz\r\n`,
    line(path, 'Expect: 100-continue\r\nContent-Length: 2\r\n'),
    line(path, `Host: ${MARK}\r\nReferer: ${MARK}\r\nX-Forwarded-Host: ${MARK}\r\n`),
    `GET ${path} HTTP/1.0\r\n\r\n`,
  ];
}
