/** The address that the doctor asks for from outside: only who knows its nonce learns anything. */
import fc from 'fast-check';
import { rawBytes } from './bodies.ts';
import type { Facts } from './facts.ts';
import type { Input } from './inputs.ts';
import { MARK } from './marks.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'QUERY'];

export function reachInputs({ nonce }: Facts): fc.Arbitrary<Input> {
  const hex = fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((bytes) => Buffer.from(bytes).toString('hex'));
  const near = [
    ...[nonce.slice(0, -1), `${nonce}0`, nonce.toUpperCase(), [...nonce].reverse().join('')],
    ...[`${nonce}%00`, `${nonce}%0a`, `%20${nonce}`, `${nonce}/more`, `${nonce}%2f`, `x/${nonce}`],
    ...[`${nonce},${nonce}`, `x?nonce=${nonce}`, `%25${nonce.slice(1)}`, '%E0%A4%A', '%', '%ff'],
    ...['__proto__', 'constructor', '..%2f..%2fetc%2fpasswd', "'%20or%201=1--", '%25', '*', '\\'],
    ...[encodeURIComponent(MARK), '0'.repeat(5_000), '0'.repeat(20_000), '0'.repeat(32), ''],
  ];
  const wrong = fc.oneof(
    fc.constantFrom(...near),
    hex.filter((each) => each !== nonce),
  );
  const headers = {};
  const none = Buffer.alloc(0);
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(wrong, fc.constantFrom('GET', 'HEAD', 'POST'), rawBytes)
        .map(([text, method, bytes]): Input => {
          const body = method === 'POST' ? bytes : none;
          const request = { method, path: `/reach/${text}`, headers, body };
          return { endpoint: 'reach', kind: 'another nonce', standing: 'forged', request };
        }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('GET', 'HEAD').map((method): Input => {
        const request = { method, path: `/reach/${nonce}`, headers, body: none };
        return { endpoint: 'reach', kind: 'the right nonce', standing: 'known', request };
      }),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...METHODS), rawBytes).map(([method, bytes]): Input => {
        const body = ['GET', 'HEAD', 'TRACE'].includes(method) ? none : bytes;
        const request = { method, path: `/reach/${nonce}`, headers, body };
        return { endpoint: 'reach', kind: 'any method', standing: 'unverified', request };
      }),
    },
  );
}
