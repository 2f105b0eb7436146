/**
 * One process of the service under test: as `ponbridge start`, but with a clock of its own, and with a
 * safeguard switched off where the run is to fail.
 * @module
 */
import { parseArgs } from 'node:util';
import type { Role } from '../../src/main.ts';
import { type BreakName, breakSafeguard } from './breaks.ts';

const { values } = parseArgs({
  options: {
    role: { type: 'string', default: 'all' },
    /** How far this machine's clock is ahead, in ms. */
    skew: { type: 'string', default: '0' },
    break: { type: 'string' },
  },
});
if (values.break !== undefined) breakSafeguard(values.break as BreakName);

// Only now: the service's files must be loaded as the break left them.
const { startService } = await import('../../src/main.ts');
const { loadSettings } = await import('../../src/config.ts');

const settings = loadSettings(process.env);
const skewMs = Number(values.skew);
const service = await startService({
  settings,
  role: values.role as Role,
  clock: { now: () => new Date(Date.now() + skewMs) },
});
// To the driver, whose log file this need not be.
process.send?.('running');
process.once('SIGTERM', () => {
  void service.stop().then(() => process.exit(0));
});
