/** Loaded ahead of a measured command: leaves its largest memory (KB) and processor time (ms) in the file that BENCH_USAGE names. */
import { appendFileSync } from 'node:fs';

const file = process.env.BENCH_USAGE;
if (file) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    appendFileSync(file, `${maxRSS} ${(userCPUTime + systemCPUTime) / 1000}\n`);
  });
}
