/** The service in a process of its own, as `npm start` would run it, with its usage told on request. */

import { loadSettings } from '../src/config.ts';
import { connectStore } from '../src/consents/connect.ts';
import { startService } from '../src/main.ts';
import { answerParent, usage } from './child.ts';

const service = await startService({ settings: loadSettings(process.env) });

answerParent(
  {
    databaseUrl: () => service.core.databaseUrl,
    connect: (store: string, code: string) => connectStore(service.core, store, code),
    usage,
  },
  () => service.stop(),
);
