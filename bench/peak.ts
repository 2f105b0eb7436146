/** Loaded before a measured command: tells its parent, at its end, the most memory it ever held. */
import { writeSync } from 'node:fs';

process.on('exit', () => {
  // In kB on every system.
  writeSync(3, String(process.resourceUsage().maxRSS));
});
