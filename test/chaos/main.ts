/**
 * `npm run chaos -- --orders N --kills K --seed S`: the service as real processes on a real PostgreSQL,
 * against the simulators in a process of their own, while calls fail, messages are lost and processes
 * are killed. At the end the simulators' own books are read: exit code 1 when any promise is broken.
 * docs/chaos.md explains it.
 * @module
 */
import { type ChaosOptions, readOptions } from './options.ts';
import { run } from './run.ts';

const isKept = await run(read());
process.exit(isKept ? 0 : 1);

function read(): ChaosOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
