/** What goes wrong in a command, as one clear line: where, what, what to do. */
import { CallError, Throttled, Unauthorized } from '../../connectors/errors.ts';
import { StaleRow } from '../answer.ts';
import { SettingsError } from '../config.ts';

/** Something is not as it must be; ends the command with exit code 1. */
export class Problem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Problem';
  }
}

/** The command was called wrongly; ends it with exit code 2. */
export class Misuse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Misuse';
  }
}

export function exitCodeOf(error: unknown): 1 | 2 {
  return error instanceof Misuse ? 2 : 1;
}

/** The message for people; the stack only when asked for. */
export function explainError(error: unknown, home: string, withStack: boolean): string {
  const text =
    error instanceof SettingsError ? settingsMessage(error, home) : `error: ${messageOf(error)}`;
  const stack = withStack && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return `${text}${stack}`;
}

function settingsMessage({ message, problems }: SettingsError, home: string): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${message}\n${count} in the settings of ${home}`;
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT']);

function messageOf(error: unknown): string {
  if (error instanceof CallError) return callMessage(error);
  if (error instanceof StaleRow) {
    return `${error.message} in the same moment, so nothing was done. Look at it again and repeat the command.`;
  }
  const { code, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (code === 'EADDRINUSE') {
    return `${address ?? ''}:${port ?? ''} is in use, perhaps by another ponbridge. Stop that one, or set PONBRIDGE_PORT to another port.`;
  }
  if (code !== undefined && UNREACHABLE.has(code)) {
    const place = address ? ` at ${address}:${port}` : '';
    return `the database${place} cannot be reached (${code}). Check DATABASE_URL and that the server runs.`;
  }
  if (error instanceof AggregateError) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

function callMessage(error: CallError): string {
  const { code, message } = error;
  const said = code === undefined || message.includes(code) ? message : `${code} ${message}`;
  const trace = error.requestId ? ` (request id ${error.requestId})` : '';
  const place = `${error.system}, ${error.operation}: ${said}${trace}.`;
  if (error instanceof Unauthorized)
    return `${place} Its credentials or the seller's consent are not accepted: check ponbridge.yaml, or connect the store again.`;
  if (error instanceof Throttled)
    return `${place} Too many calls; try again after ${error.until.toISOString()}.`;
  return place;
}
