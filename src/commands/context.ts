/** What every command has: its environment, and where it prints. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Context {
  readonly env: Environment;
  /** The same with `.env` as it is now: what was taken out of it since is gone, what was set stands. */
  readAgain?(): Environment;
  /** Where the settings lie; absolute. */
  readonly home: string;
  /** Prints a line of the answer. */
  print(line: string): void;
  /** Says something beside the answer. */
  note(line: string): void;
}

/** Reads `.env` of the home folder; what is set already stands. Empty variables count as not set. */
export function openContext(env: NodeJS.ProcessEnv): Context {
  const home = resolve(env.PONBRIDGE_HOME || '.');
  const outside = { ...env };
  try {
    process.loadEnvFile(resolve(home, '.env'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return {
    env: asSet(env, home),
    readAgain: () => asSet({ ...readEnvFile(home), ...outside }, home),
    home,
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
  };
}

function asSet(env: Environment, home: string): Environment {
  const set = Object.entries(env).filter(([, value]) => value !== '');
  return { ...Object.fromEntries(set), PONBRIDGE_HOME: home };
}

function readEnvFile(home: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(resolve(home, '.env'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return {};
  }
}

export function printJson(context: Context, value: unknown): void {
  context.print(JSON.stringify(value, null, 2));
}
