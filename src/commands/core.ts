/** The settings, and the service's parts for the moment of a command. */
import { loadSettings, type Settings } from '../config.ts';
import { openLog } from '../log.ts';
import { type Core, openCore } from '../main.ts';
import type { Context } from './context.ts';

export function settingsOf(context: Context): Settings {
  return loadSettings(context.env);
}

/**
 * Runs a short command with the service's parts. It shares the database with a running service, only
 * sends jobs, and logs warnings to standard error, so that its answer stays clean.
 */
export async function withCore<T>(
  context: Context,
  run: (core: Core) => Promise<T> | T,
): Promise<T> {
  const settings = settingsOf(context);
  const asked = context.env.PONBRIDGE_LOG_LEVEL;
  const logLevel = asked === undefined || asked === 'info' ? 'warn' : asked;
  const log = openLog({ logLevel }, { fd: 2 });
  const core = await openCore({ settings, log, sendOnly: true });
  try {
    return await run(core);
  } finally {
    await core.close();
  }
}
