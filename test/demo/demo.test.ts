/** The demo as a newcomer starts it: a real process, with nothing but its own free ports and folder. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Two demos share the machine with whatever else runs. */
const MOST_MS = 150_000;

interface Row {
  readonly order: string;
  readonly store: string;
  readonly shows: string;
  readonly orderSource: string | null;
  readonly sellerOrderNumber: string | null;
  readonly agentOrder: string | null;
  readonly state: string;
  readonly trackingNumber: string | null;
  readonly numberBy: string | null;
  readonly hold: string | null;
  readonly boughtAtAgent: number;
  readonly problem?: string;
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runDemo(...flags: string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/run.js', 'src/demo/main.ts', ...flags], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part) => {
      stdout += part;
    });
    child.stderr.on('data', (part) => {
      stderr += part;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const done = { state: 'done', boughtAtAgent: 1 };
const byMarketplace = { ...done, numberBy: 'marketplace' };
const bySeller = { ...done, numberBy: 'seller' };
const neverBought = { boughtAtAgent: 0, agentOrder: null };

/** The list of the first milestone: what the demo must show, and how it must end. */
const EXPECTED: readonly { readonly shows: RegExp; readonly ends: Partial<Row> }[] = [
  { shows: /three units of one SKU/, ends: { ...byMarketplace, store: 'tea-sg' } },
  { shows: /bundle/, ends: byMarketplace },
  { shows: /SKU pattern/, ends: byMarketplace },
  { shows: /SKU links/, ends: byMarketplace },
  { shows: /unmapped SKU/, ends: { ...byMarketplace, hold: null } },
  { shows: /over budget/, ends: { ...neverBought, state: 'held', hold: 'over-budget' } },
  { shows: /cancelled by the buyer/, ends: { ...neverBought, state: 'cancelled' } },
  { shows: /digital/, ends: { ...neverBought, state: 'ignored' } },
  { shows: /fulfilled by Lazada/, ends: { ...neverBought, state: 'ignored' } },
  { shows: /fulfilled by Shopee/, ends: { ...neverBought, state: 'ignored' } },
  { shows: /ready to ship at Lazada/, ends: byMarketplace },
  { shows: /delivered by the seller at Lazada/, ends: { ...bySeller, store: 'tea-sg' } },
  { shows: /dropped off at Shopee/, ends: { ...byMarketplace, store: 'tea-my' } },
  { shows: /courier of the seller at Shopee/, ends: { ...bySeller, store: 'tea-my' } },
  { shows: /answer to the purchase is lost/, ends: byMarketplace },
  { shows: /callbacks that come twice and late/, ends: byMarketplace },
];

test(
  'two demos at once: each ends by itself with 0, prints its table as JSON and nothing else, and every order ends as expected',
  async () => {
    const runs = await Promise.all([runDemo('--once', '--json'), runDemo('--once', '--json')]);
    for (const { code, stdout, stderr } of runs) {
      expect(code, stderr).toBe(0);
      const rows = JSON.parse(stdout) as Row[];
      expect(rows.length).toBeGreaterThanOrEqual(14);
      expect(rows.filter((row) => row.problem !== undefined)).toEqual([]);
      for (const { shows, ends } of EXPECTED) {
        expect(
          rows.find((row) => shows.test(row.shows)),
          String(shows),
        ).toMatchObject(ends);
      }
      for (const row of rows.filter(({ state }) => state === 'done')) {
        expect(row.orderSource).toBe(row.store === 'tea-sg' ? 'lazada' : 'shopee');
        expect(row.sellerOrderNumber).toBe(row.order);
        expect(row.agentOrder).toBeTruthy();
        expect(row.trackingNumber).toBeTruthy();
      }
      // Progress goes where it does not disturb.
      expect(stderr).toContain('orders ended as expected');
    }
  },
  MOST_MS,
);
