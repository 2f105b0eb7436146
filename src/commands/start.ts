/** `ponbridge start`: the service, until a signal ends it. */
import type { Settings } from '../config.ts';
import { openLog } from '../log.ts';
import { type Role, type RunningService, startService } from '../main.ts';
import { marketplaces } from '../registry.ts';
import { span } from '../report/table.ts';
import type { Context } from './context.ts';
import { settingsOf } from './core.ts';

export async function start(context: Context, options: { readonly role: Role }): Promise<void> {
  const settings = settingsOf(context);
  const onTerminal = process.stdout.isTTY;
  const log = openLog(settings, { pretty: onTerminal });
  // Before the start, which can take a while: a signal must never be lost.
  const signal = firstSignal();
  const service = await startService({ settings, log, role: options.role });
  for (const line of welcome(settings, options.role, service)) {
    if (onTerminal) context.print(line);
    else log.info(line);
  }
  const name = await signal;
  log.info({ signal: name }, 'stopping: running work is ended first; a second signal ends at once');
  await service.stop();
  log.info('stopped');
}

/** The second signal ends the process at once, as a shell expects it. */
function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    let stopping = false;
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.on(signal, () => {
        if (stopping) process.exit(code);
        stopping = true;
        resolve(signal);
      });
    }
  });
}

function welcome(settings: Settings, role: Role, { url }: RunningService): string[] {
  const stores = [...settings.stores.values()].filter((store) => !store.settings.paused);
  const lines = [
    url
      ? `Ponbridge listens on ${url} and serves ${counted(stores.length, 'store')}.`
      : `Ponbridge works for ${counted(stores.length, 'store')}; it listens nowhere (--role ${role}).`,
  ];
  if (stores.length === 0) lines.push('No store is set: write stores/<name>.yaml, then restart.');
  if (url) lines.push(...addresses(settings));
  if (role !== 'web') lines.push(...latency(settings));
  return lines;
}

/** What to enter in the consoles. The token is a secret: only its place is shown. */
function addresses(settings: Settings): string[] {
  const base = settings.publicUrl?.replace(/\/$/, '') ?? 'https://<public address>';
  const lines = [
    ...[...settings.apps.values()].map(
      (app) =>
        `  ${marketplaces.get(app.marketplace)?.title ?? app.marketplace} console, app ${app.name}: ${base}/push/${app.marketplace}/${app.name}`,
    ),
    ...(settings.callbackToken
      ? [...settings.accounts.values()].map(
          (account) =>
            `  ${account.agent} console, account ${account.name}: ${base}/callback/${account.agent}/${account.name}/**** (for **** the whole PONBRIDGE_CALLBACK_TOKEN)`,
        )
      : []),
  ];
  return lines.length > 0 ? ['Callback addresses for the consoles:', ...lines] : [];
}

/** Poll-only is a supported mode; how late its news is should be no surprise. */
function latency(settings: Settings): string[] {
  if (!settings.polling) {
    return [
      'Polling is off (PONBRIDGE_POLLING): only pushes and callbacks bring news, a lost one is not made up for.',
    ];
  }
  const reasons = [
    ...(settings.callbackToken ? [] : ['PONBRIDGE_CALLBACK_TOKEN is not set']),
    ...(settings.publicUrl ? [] : ['PONBRIDGE_PUBLIC_URL is not set']),
  ];
  if (reasons.length === 0) return [];
  const polls = [...settings.stores.values()].map((store) => store.settings.poll);
  const orders = polls.length > 0 ? span(Math.max(...polls)) : undefined;
  const { agentPoll, parcelPoll } = settings.timings;
  return [
    `${reasons.join(', ')}: poll-only is a supported mode, only later. ${orders ? `A new order is seen within ${orders}, ` : ''}the agent's news within ${span(agentPoll)}, a parcel's number within ${span(parcelPoll)} more.`,
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
