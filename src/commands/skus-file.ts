/** Errors of a CSV file that a command reads, with its name and what did not happen. */
import { stat } from 'node:fs/promises';
import { LinksBusy } from '../skus/change.ts';
import { FileRefused } from '../skus/refused.ts';
import { Problem } from './errors.ts';

/** @returns its bytes. @throws {Problem} when there is no such file */
export async function sizeOf(file: string, nothing: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    throw explainFile(error, file, nothing);
  });
  if (found.isDirectory()) throw new Problem(`${file} is a folder. Name a CSV file. ${nothing}`);
  return found.size;
}

/** @param nothing says what was not done, e.g. "Nothing was imported." */
export function explainFile(error: unknown, file: string, nothing: string): unknown {
  if (error instanceof FileRefused) return new Problem(`${file} ${error.message}. ${nothing}`);
  if (error instanceof LinksBusy) return new Problem(error.message);
  const { path, syscall, code } = error as NodeJS.ErrnoException;
  if (code === undefined || (path !== file && syscall !== 'read')) return error;
  return new Problem(`${file} cannot be read: ${(error as Error).message}. ${nothing}`);
}
