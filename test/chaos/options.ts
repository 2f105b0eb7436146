/** The command line of the chaos run. */
import { parseArgs } from 'node:util';
import { BREAKS, type BreakName } from './breaks.ts';
import { RATES, type RateName, type Rates } from './faults.ts';

export interface ChaosOptions {
  readonly orders: number;
  readonly kills: number;
  readonly freezes: number;
  readonly seed: string;
  /** Orders a second. */
  readonly pace: number;
  readonly rates: Rates;
  readonly break: BreakName | undefined;
  readonly keep: boolean;
}

export const USAGE = `npm run chaos -- [--orders 300] [--kills 8] [--seed S] [--freezes N] [--pace 6]
  [--faults 0.1] [--rate kind=share ...] [--break ${Object.keys(BREAKS).join('|')}] [--keep]

  --orders   sales orders that come in          --kills    processes killed with kill -9
  --seed     draws everything; printed          --freezes  workers stopped for 35 s in mid-work
  --pace     orders a second                    --faults   share of all calls that go wrong
  --rate     share of one kind of fault: ${Object.keys(RATES).join(', ')}
  --break    switches one safeguard off: the run must then fail
  --keep     keeps the folder with the logs, also when nothing failed`;

/** @throws {Error} with a message that says which option is wrong, and the usage */
export function readOptions(args: readonly string[]): ChaosOptions {
  try {
    return parse(args);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function parse(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: 'string', default: '300' },
      kills: { type: 'string', default: '8' },
      freezes: { type: 'string' },
      seed: { type: 'string' },
      pace: { type: 'string', default: '6' },
      faults: { type: 'string', default: '0.1' },
      rate: { type: 'string', multiple: true, default: [] },
      break: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const kills = whole(values.kills, '--kills', 0);
  return {
    orders: whole(values.orders, '--orders', 1),
    kills,
    freezes:
      values.freezes === undefined ? Math.ceil(kills / 8) : whole(values.freezes, '--freezes', 0),
    seed: values.seed ?? String(Date.now()),
    pace: positive(values.pace, '--pace'),
    rates: readRates(share(values.faults, '--faults'), values.rate),
    break: readBreak(values.break),
    keep: values.keep,
  };
}

/** The usual mixture, thinned or thickened to `all` of the calls; then single kinds as told. */
function readRates(all: number, told: readonly string[]): Rates {
  const usual = 0.1;
  const rates = Object.fromEntries(
    Object.entries(RATES).map(([name, rate]) => [name, (rate * all) / usual]),
  ) as Record<RateName, number>;
  for (const one of told) {
    const [name = '', value = ''] = one.split('=');
    if (!(name in RATES)) throw new Error(`--rate ${one}: there is no fault "${name}"`);
    rates[name as RateName] = share(value, `--rate ${name}`);
  }
  return rates;
}

function readBreak(name: string | undefined): BreakName | undefined {
  if (name !== undefined && !Object.hasOwn(BREAKS, name)) {
    throw new Error(`--break ${name}: use one of ${Object.keys(BREAKS).join(', ')}`);
  }
  return name as BreakName | undefined;
}

function whole(text: string, option: string, least: number): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) < least) {
    throw new Error(`${option} takes a whole number from ${least}, not "${text}"`);
  }
  return Number(text);
}

function positive(text: string, option: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${option} takes a number above 0, not "${text}"`);
  return value;
}

function share(text: string, option: string): number {
  const value = Number(text);
  if (text === '' || !(value >= 0 && value <= 1)) {
    throw new Error(`${option} takes a share from 0 to 1, not "${text}"`);
  }
  return value;
}
