/**
 * Request signing. The vendor's own paragraph on signatures has not been seen and no official vector
 * exists; the rule is the one a public client uses, and it agrees with the vendor's header table
 * (three headers marked "used as sign parameter", 32 upper-case hex digits; pandapon.md 2).
 * Body, query, path and method are not signed.
 * @module
 */
import { createHash, randomInt } from 'node:crypto';
import type { PandaponAccount } from './account.ts';

const NONCE_LENGTH = 32;
const NONCE_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export interface SignatureParts {
  readonly accessKey: string;
  /** The text of the `timestamp` header. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly accessSecret: string;
}

/** Assumed: upper-case hex MD5 of the parts, one after the other, without separators. */
export function signature(parts: SignatureParts): string {
  const { accessKey, timestamp, nonce, accessSecret } = parts;
  const text = accessKey + timestamp + nonce + accessSecret;
  return createHash('md5').update(text, 'utf8').digest('hex').toUpperCase();
}

/** 32 random characters of [A-Za-z0-9]. */
export function makeNonce(): string {
  return Array.from({ length: NONCE_LENGTH }, () =>
    NONCE_ALPHABET.charAt(randomInt(NONCE_ALPHABET.length)),
  ).join('');
}

/** The five headers of a request signed at `at`. */
export function signedHeaders(
  account: Pick<PandaponAccount, 'accessKey' | 'accessSecret' | 'userId' | 'timestampUnit'>,
  at: Date,
  nonce: string = makeNonce(),
): Record<string, string> {
  const { accessKey, accessSecret, userId, timestampUnit } = account;
  const milliseconds = at.getTime();
  const timestamp = String(
    timestampUnit === 'seconds' ? Math.floor(milliseconds / 1000) : milliseconds,
  );
  return {
    'access-key': accessKey,
    timestamp,
    'nonce-str': nonce,
    'user-id': userId,
    signature: signature({ accessKey, timestamp, nonce, accessSecret }),
  };
}
