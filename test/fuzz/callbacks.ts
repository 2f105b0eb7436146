/** Callbacks of the agent: nothing is signed, so the address itself is what a forger must guess. */
import fc from 'fast-check';
import { rawBytes, structured } from './bodies.ts';
import { agentTemplates, type Facts } from './facts.ts';
import type { Input } from './inputs.ts';

const CONTENT = fc.constantFrom(
  'application/json;charset=UTF-8',
  'application/json',
  'text/plain; charset=gbk',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=\u00ff',
  '',
);

/** The right address, and a body about anything. */
export function tokenedCallbacks(facts: Facts): fc.Arbitrary<Input> {
  const bodies = fc.oneof(
    { weight: 9, arbitrary: structured(agentTemplates(facts)) },
    { weight: 1, arbitrary: rawBytes },
    { weight: 1, arbitrary: fc.constantFrom('', '{}', '{"messageType":""}').map(Buffer.from) },
  );
  return fc.tuple(bodies, CONTENT).map(([body, type]) => ({
    endpoint: 'callback',
    kind: 'right token',
    standing: 'verified',
    request: post(`/callback/pandapon/main/${facts.token}`, type, body),
  }));
}

/** A real message to an address that is not quite the right one. */
export function strayCallbacks(facts: Facts): fc.Arbitrary<Input> {
  const { token } = facts;
  const near = {
    'cut short': token.slice(0, -1),
    'too long': `${token}x`,
    'other case': token.toUpperCase(),
    'its first half': token.slice(0, token.length / 2),
    reversed: [...token].reverse().join(''),
    'one letter off': `${token.slice(0, -1)}~`,
    'encoded twice': encodeURIComponent(`%${Buffer.from(token).toString('hex')}`),
    'with a NUL': `${token}%00`,
    'with a space': `${token}%20`,
    'with a slash': `${token}%2f`,
    'with a line end': `${token}%0d%0a`,
    empty: '%20',
    'all of a name': '__proto__',
    'full width': encodeURIComponent(
      [...token].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join(''),
    ),
    'as a query': `x?token=${token}`,
  };
  const places = [
    ...Object.entries(near).map(([how, text]) => [how, `/callback/pandapon/main/${text}`] as const),
    ['another account', `/callback/pandapon/other/${token}`] as const,
    ['another agent', `/callback/taobao/main/${token}`] as const,
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '%5f%5fproto%5f%5f'].flatMap(
      (name) => [
        ['a name of every object', `/callback/${name}/main/${token}`] as const,
        ['a name of every object', `/callback/pandapon/${name}/${token}`] as const,
      ],
    ),
    ['no account', `/callback/pandapon/${token}`] as const,
    ['more behind', `/callback/pandapon/main/${token}/more`] as const,
    ['a slash in the names', `/callback/pandapon%2fmain/${token}`] as const,
  ];
  return fc
    .tuple(structured(agentTemplates(facts)), fc.constantFrom(...places), CONTENT)
    .map(([body, [how, path], type]) => ({
      endpoint: 'callback',
      kind: `wrong address, ${how}`,
      standing: 'forged',
      request: post(path, type, body),
    }));
}

function post(path: string, type: string, body: Buffer) {
  const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
  return { method: 'POST', path, headers, body };
}
