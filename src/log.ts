/** The log: JSON lines, or on a terminal a form for people. */
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { Unavailable } from '../connectors/errors.ts';
import type { Settings } from './config.ts';
import { type LogOutputOptions, openLogOutput } from './log-output.ts';

export function createLogger(
  settings: Pick<Settings, 'logLevel'>,
  destination: DestinationStream,
): Logger {
  const options: LoggerOptions = {
    level: settings.logLevel,
    // Errors of calls can hold addresses with tokens in their cause: only the message is kept.
    serializers: {
      err: (error: Error) => ({
        type: error.name,
        message: error.message,
        // Where in the code a system was found down, or a store not connected, helps nobody.
        ...(error instanceof Unavailable ? {} : { stack: error.stack }),
      }),
    },
    redact: {
      paths: ['*.accessToken', '*.refreshToken', '*.buyer', '*.receiver'],
      censor: '[hidden]',
    },
  };
  return pino(options, destination);
}

export interface LogOptions extends LogOutputOptions {
  /** For people, in colours where the terminal has them. */
  readonly pretty?: boolean;
}

/** The log of this process: on standard output unless told, and never in the way of the work. */
export function openLog(settings: Pick<Settings, 'logLevel'>, options: LogOptions = {}): Logger {
  const shape = options.pretty ? prettyFactory({ ignore: 'pid,hostname' }) : String;
  const output = openLogOutput({
    ...options,
    onLost: (lines, why) => log.warn({ lines, why }, 'log lines were lost'),
  });
  const log = createLogger(settings, { write: (line) => output.write(shape(line)) });
  return log;
}
