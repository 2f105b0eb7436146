/** `ponbridge start`: the service, until a signal ends it. */
import { closeSync, openSync } from 'node:fs';
import { loadSettingsAside } from '../config/aside.ts';
import type { Settings } from '../config.ts';
import { redirectAddress } from '../consents/consent.ts';
import { readSettled } from '../live/settled-files.ts';
import { openLog } from '../log.ts';
import { type Role, type RunningService, startService } from '../main.ts';
import { agents, marketplaces } from '../registry.ts';
import { span } from '../report/table.ts';
import type { Context } from './context.ts';
import { settingsOf } from './core.ts';

export async function start(context: Context, options: { readonly role: Role }): Promise<void> {
  const settings = settingsOf(context);
  const onTerminal = process.stdout.isTTY;
  const log = openLog(settings, { pretty: onTerminal });
  // Before the start, which can take a while: a signal must never be lost.
  const signals = hearSignals();
  const service = await startService({
    settings,
    log,
    role: options.role,
    read: () =>
      readSettled(context.home, () => loadSettingsAside(context.readAgain?.() ?? context.env)),
  });
  signals.onHangUp(() => void service.reload('SIGHUP'));
  for (const line of welcome(settings, options.role, service)) {
    if (onTerminal) context.print(line);
    else log.info(line);
  }
  const name = await signals.end;
  log.info({ signal: name }, 'stopping: running work is ended first; a second signal ends at once');
  await service.stop();
  log.info('stopped');
}

interface Signals {
  /** Resolves with the signal that asks the service to end. */
  readonly end: Promise<string>;
  /** Called for each wish that the settings are read again, also for one that came before. */
  onHangUp(handle: () => void): void;
}

/** Whoever signals all our processes (systemd, timeout) is heard twice: the bootstrap passes its signal on. */
const ONE_WISH_MS = 500;

/**
 * SIGINT and SIGTERM end the service, a second one at once, as a shell expects it. SIGHUP lets it read its
 * settings again, unless its terminal was closed: nobody would know of a service that goes on without one.
 */
function hearSignals(): Signals {
  const { promise: end, resolve } = Promise.withResolvers<string>();
  const hadTerminal = hasTerminal();
  let stoppingSince: number | undefined;
  let isWished = false;
  let handle = () => {
    isWished = true;
  };
  const stop = (signal: string, code: number) => {
    if (stoppingSince === undefined) {
      stoppingSince = performance.now();
      resolve(signal);
    } else if (performance.now() - stoppingSince > ONE_WISH_MS) process.exit(code);
  };
  process.on('SIGINT', () => stop('SIGINT', 130));
  process.on('SIGTERM', () => stop('SIGTERM', 143));
  process.on('SIGHUP', () => {
    if (!hadTerminal || hasTerminal()) handle();
    // The kernel, the shell and npm each tell of a closed terminal: the second one is no impatience.
    else if (stoppingSince === undefined) stop('SIGHUP', 129);
  });
  return {
    end,
    onHangUp(then) {
      handle = then;
      if (isWished) then();
    },
  };
}

/** Whether the process belongs to a terminal that is still there. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

function welcome(settings: Settings, role: Role, { url }: RunningService): string[] {
  const stores = [...settings.stores.values()].filter((store) => !store.settings.paused);
  const lines = [
    url
      ? `Ponbridge listens on ${url} and serves ${counted(stores.length, 'store')}.`
      : `Ponbridge works for ${counted(stores.length, 'store')}; it listens nowhere (--role ${role}).`,
  ];
  if (stores.length === 0)
    lines.push('No store is set yet. Set one up with ponbridge init, then: ponbridge reload');
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
        `  ${marketplaces.get(app.marketplace)?.title ?? app.marketplace} console, app ${app.name}: pushes ${base}/push/${app.marketplace}/${app.name}, consents ${redirectAddress(settings, app).url}`,
    ),
    ...(settings.callbackToken
      ? [...settings.accounts.values()].map(
          (account) =>
            `  ${agents.get(account.agent)?.title ?? account.agent} console, account ${account.name}: ${base}/callback/${account.agent}/${account.name}/**** (for **** the whole PONBRIDGE_CALLBACK_TOKEN)`,
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
