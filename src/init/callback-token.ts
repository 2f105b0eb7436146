import { randomBytes } from 'node:crypto';

/** 192 bits as letters and digits, since it is part of an address. */
export function callbackToken(): string {
  return randomBytes(24).toString('hex');
}
