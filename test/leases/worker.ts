/** The service as `ponbridge start` runs it, but with leases short enough for a test. */
import { loadSettings } from '../../src/config.ts';
import { startService } from '../../src/main.ts';

const service = await startService({
  settings: loadSettings(process.env),
  role: 'worker',
  limits: { leaseMs: Number(process.env.TEST_LEASE_MS) },
});
process.once('SIGTERM', async () => {
  await service.stop();
  process.exit(0);
});
