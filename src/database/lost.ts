/** Whether a database went away in the middle, as when it is restarted: what was asked is asked again. */

/** SQLSTATE 57P01 to 57P03: shut down, crashed, starting up; class 08: the connection broke. */
const STATES = /^(57P0[123]|08...)$/;
const SYSTEM_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** node-postgres gives these no code. */
const TEXTS =
  /connection terminated|not queryable|connection error|timeout exceeded when trying to connect/i;

export function isDatabaseLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && (STATES.test(code) || SYSTEM_CODES.has(code))) return true;
  return TEXTS.test(error.message);
}
