/** The other side of aside.ts: reads once, answers, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReadAside } from './aside.ts';
import { loadSettings } from './load.ts';
import { SettingsError } from './problem.ts';
import type { Environment } from './types.ts';

function read(env: Environment): ReadAside {
  try {
    return { settings: loadSettings(env) };
  } catch (error) {
    if (error instanceof SettingsError) return { problems: error.problems };
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.postMessage(read(workerData as Environment));
