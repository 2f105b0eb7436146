/**
 * The database could not be started. The message says what happened and what to do, and ends with the
 * tail of the server's own output where there is one.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** What every message offers as the way out. */
export const OR_BRING_YOUR_OWN = 'or set DATABASE_URL to a PostgreSQL server of your own.';

/** The `code` of a system error (`ENOENT`, `EACCES`), or of a PostgreSQL error (`57P03`). */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** An error as one line for a message. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The last lines of a program's output, indented so that they stand apart in a message. */
export function tailOf(output: string, lines = 12): string {
  const last = output.trimEnd().split('\n').slice(-lines);
  return last.map((line) => `  | ${line}`).join('\n');
}
