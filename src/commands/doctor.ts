/** `ponbridge doctor [store]`: reads, and says what is right, what is not, and what nobody can know yet. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ROOT, readManifest } from '../../bin/bootstrap.js';
import { systemClock } from '../clock.ts';
import { hideSecrets } from '../doctor/hide.ts';
import { openStored } from '../doctor/open.ts';
import { reportText } from '../doctor/report.ts';
import { examine } from '../doctor/run.ts';
import { counted, findingsText } from '../doctor/text.ts';
import { type Context, printJson } from './context.ts';
import { settingsOf } from './core.ts';
import { knownStore } from './find-order.ts';

export interface DoctorCommandOptions {
  readonly json?: boolean;
  /** Where the report goes. */
  readonly report?: string;
}

export async function doctor(
  context: Context,
  storeName: string | undefined,
  options: DoctorCommandOptions,
): Promise<void> {
  const settings = settingsOf(context);
  const store = storeName === undefined ? undefined : knownStore({ settings }, storeName);
  const opened = await openStored(settings);
  try {
    const clock = systemClock;
    const nodeVersion = process.versions.node;
    const { home } = context;
    const examined = await examine({ settings, opened, clock, home, nodeVersion, store });
    const findings = hideSecrets(examined.findings, settings);
    if (options.report !== undefined) {
      const head = {
        version: String(readManifest(ROOT).version),
        node: nodeVersion,
        platform: `${process.platform} ${process.arch}`,
        at: clock.now(),
      };
      await writeFile(resolve(options.report), reportText(findings, head));
      context.note(`The report is in ${resolve(options.report)}. Read it before you send it.`);
    }
    if (options.json) printJson(context, { findings, counts: counted(findings) });
    else context.print(findingsText(findings));
    if (examined.scope.live.length < examined.scope.stores.length) {
      context.note(
        'Of the stores only what is stored was looked at: ponbridge doctor <store> asks the shop itself.',
      );
    }
    if (counted(findings).fail > 0) process.exitCode = 1;
  } finally {
    await opened.close();
  }
}
