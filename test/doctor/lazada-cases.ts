/** Lazada's questions against its simulator, switched so that each answer comes. */
import { doctor } from '../../connectors/lazada/doctor.ts';
import { type LazadaSandbox, startLazadaSandbox } from '../../connectors/lazada/sandbox/index.ts';
import { appSchema, optionsSchema } from '../../connectors/lazada/settings.ts';
import type { StepFacts } from '../../connectors/question.ts';
import { ask, type Finding, toFinding } from '../../src/doctor/finding.ts';
import { type Case, SUBJECT } from './case.ts';

interface Given {
  readonly app?: object;
  readonly options?: object;
  readonly store?: object;
  readonly orders?: number;
  readonly before?: (sandbox: LazadaSandbox) => void;
}

const APP = { appKey: '100132', appSecret: 'the-secret-of-lazada' };
const SELLER = '1000114855';

async function examine(given: Given): Promise<Finding[]> {
  const sandbox = await startLazadaSandbox();
  try {
    sandbox.addApp(APP);
    sandbox.addSeller({ country: 'sg', sellerId: SELLER });
    const { accessToken } = sandbox.issueTokens({ appKey: APP.appKey, sellerIds: [SELLER] });
    for (let made = 0; made < (given.orders ?? 0); made += 1) {
      const createdAt = Date.now() - (10 - made) * 60_000;
      const lines = [{ sku: 'A', price: '1.00' }];
      const order = sandbox.addOrder({ country: 'sg', sellerId: SELLER, lines, createdAt });
      sandbox.setUpdatedAt(order, createdAt);
    }
    given.before?.(sandbox);
    const addresses = {
      auth: sandbox.authBase,
      sg: sandbox.apiBase('sg'),
      my: sandbox.apiBase('my'),
    };
    const app = appSchema.parse({ ...APP, addresses, ...given.app });
    const surroundings = { retries: 0, timeoutMs: 2_000 };
    const subject = {
      app,
      surroundings,
      store: { country: 'sg', sellerId: SELLER, ...given.store },
      options: optionsSchema.parse(given.options ?? {}),
      tokens: { current: async () => accessToken, renew: async () => {} },
      now: new Date(),
      endingMs: 0,
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
  question: `lazada/${question}`,
  outcome,
  ask: () => examine(its),
  ...(says === undefined ? {} : { says }),
});

const told = (
  outcome: string,
  allowed: boolean,
  steps: readonly StepFacts[],
  says?: string,
): Case => ({
  question: 'lazada/own-number',
  outcome,
  ask: async () => {
    const facts = {
      country: 'sg',
      options: { sofStatusUpdate: allowed },
      connectedAt: undefined,
      owners: [],
      steps,
    };
    return doctor.stored.map((each) => toFinding(SUBJECT, each.judge(facts)));
  },
  ...(says === undefined ? {} : { says }),
});

const firstAt = new Date('2026-06-30T08:00:00Z');

export const LAZADA_CASES: readonly Case[] = [
  given('app', 'right', {}),
  given('app', 'signature', { app: { appSecret: 'another' } }, 'Check appSecret'),
  given('app', 'refused', { app: { appKey: '999' } }, 'Check appKey'),
  given('token', 'accepted', {}),
  given(
    'token',
    'refused',
    { before: (sandbox) => sandbox.expireAccessTokens() },
    'ponbridge connect',
  ),
  given('seller', 'same', {}, SELLER),
  given('seller', 'other', { store: { sellerId: '1000000001' } }, 'the settings say 1000000001'),
  given('seller', 'not-here', { store: { country: 'my' } }, 'Correct country'),
  given('seller-status', 'active', {}),
  given('seller-status', 'other', {
    before: (sandbox) => sandbox.setSwitches({ sellerStatus: 'INACTIVE' }),
  }),
  given('cross-border', 'matches', {}),
  given(
    'cross-border',
    'differs',
    { options: { crossBorder: true } },
    'Set options.crossBorder: false',
  ),
  given('listing', 'ascending', { orders: 3 }, '3 rows'),
  given('listing', 'otherwise', {
    orders: 3,
    before: (sandbox) => sandbox.setSwitches({ ignoreSort: true }),
  }),
  given('listing', 'few', { orders: 1 }),
  given('limit', 'kept', { orders: 2 }),
  given(
    'limit',
    'ignored',
    { orders: 3, before: (sandbox) => sandbox.setListingLimit(100) },
    '3 rows',
  ),
  given('limit', 'few', {}),
  given('count', 'page', { orders: 2 }),
  given('count', 'otherwise', {
    orders: 2,
    before: (sandbox) => sandbox.setSwitches({ countIs: 'all' }),
  }),
  given('count', 'few', {}),
  given('offset', 'accepted', {}),
  given('offset', 'refused', { before: (sandbox) => sandbox.setSwitches({ maxOffset: 4400 }) }),
  told(
    'open',
    true,
    [{ step: 'tell-number', taken: 2, refused: 1, firstAt }],
    'first on 2026-06-30',
  ),
  told(
    'refused',
    true,
    [{ step: 'tell-number', taken: 0, refused: 3, firstAt }],
    'sofStatusUpdate: false',
  ),
  told('off', false, []),
  told('no-orders', true, [{ step: 'pack', taken: 1, refused: 0, firstAt }]),
];
