/** Pushes to both marketplaces' addresses: rightly signed, forged in every way we could think of, and probes. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { rawBytes, structured } from './bodies.ts';
import {
  CALLBACK_URL,
  type Facts,
  LAZADA_PROBE,
  lazadaTemplates,
  SHOPEE_PROBE,
  shopeeTemplates,
} from './facts.ts';
import type { Input } from './inputs.ts';

interface System {
  readonly endpoint: 'push lazada' | 'push shopee';
  readonly path: string;
  readonly bodies: fc.Arbitrary<Buffer>;
  readonly probes: fc.Arbitrary<Buffer>;
  readonly sign: (body: Buffer) => string;
  /** Signatures that must not be taken for this body. */
  readonly wrong: Readonly<Record<string, (body: Buffer) => string>>;
}

/** Over bytes, not text: a body need not be UTF-8. */
function hmac(key: string, ...parts: readonly (string | Buffer)[]): string {
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  return createHmac('sha256', key).update(Buffer.concat(bytes)).digest('hex');
}

function lazada(facts: Facts): System {
  const { appKey, appSecret } = facts.lazada;
  return {
    endpoint: 'push lazada',
    path: '/push/lazada/main',
    bodies: fc.oneof(
      { weight: 9, arbitrary: structured(lazadaTemplates(facts)) },
      { weight: 1, arbitrary: rawBytes },
    ),
    probes: structured([LAZADA_PROBE]),
    sign: (body) => hmac(appSecret, appKey, body),
    wrong: {
      'body alone': (body) => hmac(appSecret, body),
      'another app key': (body) => hmac(appSecret, '100133', body),
      "another app's secret": (body) => hmac('other', appKey, body),
      'no secret': (body) => hmac('', appKey, body),
      "the other marketplace's": (body) => hmac(facts.shopee.partnerKey, `${CALLBACK_URL}|`, body),
    },
  };
}

function shopee(facts: Facts): System {
  const { partnerKey } = facts.shopee;
  const over = (url: string, body: Buffer, key = partnerKey) => hmac(key, `${url}|`, body);
  return {
    endpoint: 'push shopee',
    path: '/push/shopee/main',
    bodies: fc.oneof(
      { weight: 9, arbitrary: structured(shopeeTemplates(facts)) },
      { weight: 1, arbitrary: rawBytes },
    ),
    probes: structured([SHOPEE_PROBE, '{"code":0}', '{"data":{"verify_info":"x"}}']),
    sign: (body) => over(CALLBACK_URL, body),
    wrong: {
      'body alone': (body) => hmac(partnerKey, body),
      'no bar': (body) => hmac(partnerKey, CALLBACK_URL, body),
      'another host': (body) => over('https://evil.example/push/shopee/main', body),
      'address with slash': (body) => over(`${CALLBACK_URL}/`, body),
      'address without TLS': (body) => over(CALLBACK_URL.replace('https', 'http'), body),
      'address as requested': (body) => over('http://127.0.0.1/push/shopee/main', body),
      'address in capitals': (body) => over(CALLBACK_URL.toUpperCase(), body),
      'no key': (body) => over(CALLBACK_URL, body, ''),
      'another key': (body) => over(CALLBACK_URL, body, `${partnerKey}0`),
      'upper case': (body) => over(CALLBACK_URL, body).toUpperCase(),
      "the other marketplace's": (body) => hmac(facts.lazada.appSecret, facts.lazada.appKey, body),
    },
  };
}

/** Rightly signed: the system itself, or somebody who has its key. */
export function signedPushes(facts: Facts): fc.Arbitrary<Input> {
  return fc.oneof(
    ...[lazada(facts), shopee(facts)].map((system) =>
      fc
        .oneof({ weight: 15, arbitrary: system.bodies }, { weight: 1, arbitrary: system.probes })
        .map(
          (body): Input => ({
            ...to(system),
            kind: 'signed',
            standing: 'verified',
            request: post(system.path, { authorization: system.sign(body) }, body),
          }),
        ),
    ),
  );
}

export function forgedPushes(facts: Facts): fc.Arbitrary<Input> {
  return fc.oneof(
    ...[lazada(facts), shopee(facts)].flatMap((system) => [
      { weight: 8, arbitrary: forgeries(system) },
      { weight: 1, arbitrary: probes(system) },
    ]),
  );
}

type Headers = Readonly<Record<string, string | string[]>>;

/** Headers that must not open the door for this body. */
function wrongHeaders(system: System): Record<string, (body: Buffer, other: Buffer) => Headers> {
  const { sign } = system;
  const signed = Object.entries(system.wrong).map(
    ([how, make]) => [`signed: ${how}`, (body: Buffer) => ({ authorization: make(body) })] as const,
  );
  return {
    unsigned: () => ({}),
    'empty signature': () => ({ authorization: '' }),
    "another body's": (_body, other) => ({
      authorization: sign(Buffer.concat([other, Buffer.from(' ')])),
    }),
    'cut short': (body) => ({ authorization: sign(body).slice(0, 63) }),
    'too long': (body) => ({ authorization: `${sign(body)}0` }),
    'half right': (body) => ({ authorization: sign(body).slice(0, 32) + '0'.repeat(32) }),
    'one digit off': (body) => ({
      authorization: sign(body).replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
    }),
    'with a scheme': (body) => ({ authorization: `Bearer ${sign(body)}` }),
    'in another header': (body) => ({
      'x-signature': sign(body),
      signature: sign(body),
      'proxy-authorization': sign(body),
    }),
    'in base64': (body) => ({ authorization: Buffer.from(sign(body), 'hex').toString('base64') }),
    'two of them': (body) => ({ authorization: `${sign(body)}, ${sign(body)}` }),
    'no hexadecimal': () => ({ authorization: 'z'.repeat(64) }),
    'in a cookie': (body) => ({ cookie: `authorization=${sign(body)}` }),
    ...Object.fromEntries(signed),
  };
}

function forgeries(system: System): fc.Arbitrary<Input> {
  const wrong = Object.entries(wrongHeaders(system));
  return fc
    .tuple(system.bodies, system.bodies, fc.constantFrom(...wrong))
    .map(([body, other, [how, headers]]) => ({
      ...to(system),
      kind: `forged, ${how}`,
      standing: 'forged',
      request: post(system.path, headers(body, other), body),
    }));
}

/** What the consoles send, and what looks like it; unsigned, so it must never be followed. */
function probes(system: System): fc.Arbitrary<Input> {
  return system.probes.map((body) => ({
    ...to(system),
    kind: 'probe and look-alikes',
    standing: 'unverified',
    request: post(system.path, {}, body),
  }));
}

/** Whether a console may have sent it to try the address: read leniently, by nobody's code but this. */
export function mayBeProbe(body: Buffer): boolean {
  let message: Record<string, unknown>;
  try {
    message = Object(JSON.parse(body.toString('utf8').replace(/^\ufeff/, '')));
  } catch {
    return false;
  }
  const data = Object(message.data) as Record<string, unknown>;
  const isZero = ['string', 'number'].includes(typeof message.code) && Number(message.code) === 0;
  return (
    String(data.order_status).trim() === 'This is a test message' ||
    isZero ||
    (message.code === undefined && 'verify_info' in data)
  );
}

function to(system: System): Pick<Input, 'endpoint'> {
  return { endpoint: system.endpoint };
}

function post(path: string, headers: Headers, body: Buffer) {
  const type = { 'content-type': 'application/json' };
  return { method: 'POST', path, headers: { ...type, ...headers }, body };
}
