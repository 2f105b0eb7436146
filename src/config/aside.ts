/**
 * Settings read beside the work: a thousand files take more than a second of computing, in which no push
 * would be answered and no heartbeat sent.
 * @module
 */
import { Worker } from 'node:worker_threads';
import type { Problem } from '../yaml.ts';
import { SettingsError } from './problem.ts';
import type { Environment, Settings } from './types.ts';

export type ReadAside =
  | { readonly settings: Settings }
  | { readonly problems: readonly Problem[] }
  | { readonly error: string };

/** `loadSettings` in a thread of its own. @throws {SettingsError} listing all problems of all files. */
export async function loadSettingsAside(env: Environment): Promise<Settings> {
  const thread = new Worker(new URL('./aside-thread.ts', import.meta.url), {
    workerData: { ...env },
  });
  try {
    const answer = await new Promise<ReadAside>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', (code) => reject(new Error(`the reading ended with ${code}`)));
    });
    if ('problems' in answer) throw new SettingsError(answer.problems);
    if ('error' in answer) throw new Error(answer.error);
    return answer.settings;
  } finally {
    await thread.terminate();
  }
}
