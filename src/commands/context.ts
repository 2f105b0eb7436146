/** What every command has: its environment, and where it prints. */
import { resolve } from 'node:path';

export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
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
  try {
    process.loadEnvFile(resolve(home, '.env'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const set = Object.entries(env).filter(([, value]) => value !== '');
  return {
    env: { ...Object.fromEntries(set), PONBRIDGE_HOME: home },
    home,
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
  };
}

export function printJson(context: Context, value: unknown): void {
  context.print(JSON.stringify(value, null, 2));
}
