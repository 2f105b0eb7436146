/** Shopee's questions against its simulator, switched so that each answer comes. */
import { expect, vi } from 'vitest';
import { doctor } from '../../connectors/shopee/doctor.ts';
import {
  type ShopeeSandbox,
  type Switches,
  startShopeeSandbox,
} from '../../connectors/shopee/sandbox/index.ts';
import { appSchema, optionsSchema } from '../../connectors/shopee/settings.ts';
import { ask, type Finding, toFinding } from '../../src/doctor/finding.ts';
import { type Case, SUBJECT } from './case.ts';

interface Given {
  readonly app?: object;
  readonly country?: string;
  readonly switches?: Partial<Switches>;
  readonly orders?: number;
  readonly before?: (sandbox: ShopeeSandbox) => Promise<void> | void;
  /** Sees the orders of now as long past. */
  readonly nowAheadDays?: number;
}

const PARTNER = { partnerId: '2001887', partnerKey: 'the-key-of-shopee' };
const SHOP = '220688102';
const CALLBACK = 'http://127.0.0.1:9/push/shopee/main';
const DAY_MS = 86_400_000;

async function examine(given: Given): Promise<Finding[]> {
  const sandbox = await startShopeeSandbox({
    partners: [{ ...PARTNER, callbackUrl: CALLBACK }],
    shops: [{ shopId: SHOP, region: 'MY' }],
    pushRetryDelaysMs: [],
  });
  try {
    const { accessToken } = sandbox.issueTokens({ partnerId: PARTNER.partnerId, shopId: SHOP });
    for (let made = 0; made < (given.orders ?? 0); made += 1) {
      sandbox.addOrder({ shopId: SHOP, lines: [{ sku: 'A', price: 1, quantity: 1 }] });
    }
    sandbox.setSwitches(given.switches ?? {});
    await given.before?.(sandbox);
    const app = appSchema.parse({
      ...PARTNER,
      address: sandbox.url,
      callbackUrl: CALLBACK,
      ...given.app,
    });
    const surroundings = { retries: 0, timeoutMs: 2_000 };
    const subject = {
      app,
      surroundings,
      store: { country: given.country ?? 'my', sellerId: SHOP },
      options: optionsSchema.parse({}),
      tokens: { current: async () => accessToken, renew: async () => {} },
      now: new Date(Date.now() + (given.nowAheadDays ?? 0) * DAY_MS),
      endingMs: 7 * DAY_MS,
    };
    const found = await Promise.all([
      ...doctor.app.map((exam) => ask(exam, { app, surroundings }, SUBJECT, 10_000)),
      ...doctor.store.map((exam) => ask(exam, subject, SUBJECT, 10_000)),
    ]);
    return found.flat();
  } finally {
    await sandbox.stop();
  }
}

const given = (question: string, outcome: string, its: Given, says?: string): Case => ({
  question: `shopee/${question}`,
  outcome,
  ask: () => examine(its),
  ...(says === undefined ? {} : { says }),
});

const consent = (outcome: string, connectedAt: Date | undefined, says: string): Case => ({
  question: 'shopee/consent-link',
  outcome,
  says,
  ask: async () => {
    const facts = { country: 'my', options: {}, connectedAt, owners: [], steps: [] };
    return doctor.stored.map((each) => toFinding(SUBJECT, each.judge(facts)));
  },
});

const refusing = (operation: string, code: string, message: string): Given => ({
  before: ({ shell }) => shell.addFault({ operation, fault: { kind: 'error', code, message } }),
});

const channel = { id: 90021, name: 'Own van', enabled: true, sellerLogistics: true };

export const SHOPEE_CASES: readonly Case[] = [
  given('app', 'right', {}, '1 shops'),
  given('app', 'signature', { app: { partnerKey: 'another' } }, 'Check partnerKey'),
  given('app', 'credential', { app: { partnerId: '999' } }, 'Check partnerId'),
  given(
    'app',
    'permission',
    refusing('get_shops_by_partner', 'source_ip_undeclared', 'Source IP is undeclared'),
    'IP address whitelist',
  ),
  given('push-config', 'flowing', {}),
  given('push-config', 'warning', { switches: { pushStatus: 'warning' } }),
  given('push-config', 'suspended', { switches: { pushStatus: 'Suspended' } }),
  given(
    'push-config',
    'other-address',
    { app: { callbackUrl: 'https://bridge.example.com/push/shopee/main' } },
    CALLBACK,
  ),
  given('push-config', 'codes-off', { switches: { pushesOn: [1, 2, 3, 12] } }, '4, 15, 30, 47'),
  given('push-config', 'none', { before: (sandbox) => sandbox.setCallbackUrl(null) }),
  given('lost-pushes', 'none', {}),
  given('lost-pushes', 'waiting', {
    before: async (sandbox) => {
      sandbox.addOrder({ shopId: SHOP, lines: [{ sku: 'A', price: 1, quantity: 1 }] });
      // Nobody listens there, and nothing is repeated: it is lost at once.
      await vi.waitFor(() => expect(sandbox.pushOutcomes()).not.toHaveLength(0));
    },
  }),
  given(
    'lost-pushes',
    'refused',
    refusing('get_lost_push_message', 'error_api_permission', 'No permission'),
  ),
  given('token', 'accepted', {}),
  given('token', 'refused', { before: (sandbox) => sandbox.expireAccessToken(SHOP) }),
  given('shop', 'same', {}, `${SHOP} in my`),
  given('shop', 'other', { country: 'sg' }, 'the settings say sg'),
  given('shop-status', 'normal', {}),
  given('shop-status', 'other', { switches: { shopStatus: 'FROZEN' } }, 'FROZEN'),
  given('consent-end', 'later', {}),
  given('consent-end', 'soon', {
    before: (sandbox) => sandbox.setConsentEnd(SHOP, Math.floor(Date.now() / 1000) + 86_400),
  }),
  given('consent-end', 'unsaid', { before: (sandbox) => sandbox.setConsentEnd(SHOP, 0) }),
  given('channels', 'usual', {}, 'Standard Express (11006)'),
  given('channels', 'seller-logistics', { switches: { channels: [channel] } }, 'Own van (90021)'),
  given('channels', 'none', { switches: { channels: [{ ...channel, enabled: false }] } }),
  given('listing', 'within', { orders: 2 }, '2 orders'),
  given(
    'listing',
    'outside',
    { orders: 2, nowAheadDays: 20, switches: { ignoreTimes: true } },
    '2 of 2',
  ),
  given('listing', 'no-orders', {}),
  consent('worked', new Date('2026-06-30T08:00:00Z'), '2026-06-30'),
  consent('not-yet', undefined, 'set it (https://open.shopee.com'),
];
