import { Rejected } from '../errors.ts';

/** Whether Lazada refused with one of these codes. */
export function isRejectedWith(error: unknown, codes: ReadonlySet<string>): error is Rejected {
  return error instanceof Rejected && error.code !== undefined && codes.has(error.code);
}
