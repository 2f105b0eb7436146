/** One question on the terminal; the answer may also come through a pipe. */
import { createInterface } from 'node:readline/promises';

/** The line that was entered; undefined when the input ended without one, or by the signal. */
export async function askLine(question: string, signal: AbortSignal): Promise<string | undefined> {
  // On standard error: standard output carries answers.
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C arrives here while a question is open, and is to be heard by whoever waits for signals.
  lines.on('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  try {
    return await Promise.race([lines.question(question, { signal }), ended]);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    lines.close();
  }
}
