/** Consents that did begin here: each is used once, for its own store, and for what was agreed to only. */
import { sql } from 'kysely';
import { openTokens } from '../../src/database/grants.ts';
import { createSecretBox } from '../../src/secrets.ts';
import { differences, readBooks, tablesOf } from './books.ts';
import type { ServiceChild } from './child.ts';
import type { HttpRequest, Input } from './inputs.ts';
import type { planner } from './plan.ts';
import { asThePageSendsIt, type Brought, type Return } from './return-cases.ts';
import type { FuzzScene } from './scene.ts';
import { MAIN_ACCOUNT, OTHER, STORES } from './sellers.ts';
import type { Sender } from './send.ts';
import { addFinding, sendAll, type Tally } from './tally.ts';

export interface Returns {
  /** States given out, by what became of them. */
  readonly connected: number;
  readonly refused: number;
  readonly untouched: number;
  /** Requests, several at once for some of them. */
  readonly requests: number;
  /** Codes that were brought to a marketplace. */
  readonly exchanges: number;
}

interface Given {
  readonly scene: FuzzScene;
  readonly service: ServiceChild;
  readonly sender: Sender;
  readonly plan: ReturnType<typeof planner>;
  readonly tally: Tally;
}

const LIVES_MS = 600_000;
const EXCHANGES = ['/auth/token/create', 'get_access_token'];
/** What may change when a store is connected, and nothing else. */
const OF_A_GRANT = ['consent', 'grant', 'grant_shop'];

export async function returns(given: Given, consents: number): Promise<Returns> {
  const { scene, service, tally } = given;
  const sum = { connected: 0, refused: 0, untouched: 0 };
  const sentBefore = tally.sent;
  const before = exchanges(scene);
  for (const [index, each] of given.plan.returns(consents).entries()) {
    if (service.ended() !== undefined) break;
    for (const what of await comeBack(given, each, index)) {
      const oracle = `a consent must end ${each.ends}: ${each.how}`;
      addFinding(tally, { oracle, what, at: `returns/${index}` });
    }
    sum[each.ends] += 1;
  }
  return { ...sum, requests: tally.sent - sentBefore, exchanges: exchanges(scene) - before };
}

/** Returns what is wrong. */
async function comeBack(given: Given, each: Return, index: number): Promise<string[]> {
  const { scene, service, sender, tally } = given;
  const tables = await tablesOf(scene.db);
  const { id, state } = await begin(given, each);
  const brought = bring(given, each, state);
  const before = await look(scene, tables, id);
  const request = each.request(brought);
  const answers = await sendAll(
    tally,
    sender,
    Array.from({ length: each.times }, () => inputOf(each, request)),
    `returns/${index}`,
  );
  const statuses = answers.map((answer) => answer.statuses[0] ?? 431);
  const after = await look(scene, tables, id);
  await hideTokens(scene, service);
  const { row } = after;
  const wrong: string[] = [];

  const first = { connected: 200, refused: 409, untouched: undefined }[each.ends];
  const firsts = statuses.filter((status) => status === first).length;
  const rest = statuses.filter((status) => status < 400 || status === 409).length;
  if (first !== undefined && firsts !== 1) wrong.push(`answers ${statuses.join(', ')}`);
  if (rest > (first === undefined ? 0 : 1)) wrong.push(`it was used again: ${statuses.join(', ')}`);

  const isUsed = row.used_at !== null;
  if (isUsed !== (each.ends !== 'untouched') || row.outcome !== (first ? each.ends : null)) {
    wrong.push(`its row says ${row.outcome ?? 'no outcome'}, used at ${row.used_at}`);
  }
  const told = JSON.stringify([row.reason, row.report]);
  // A terminal obeys them.
  if (/\p{Cc}/u.test(row.reason ?? '')) wrong.push(`its row holds control characters: ${told}`);
  if (brought.given.some((secret) => told.includes(secret))) wrong.push(`its row tells: ${told}`);

  const may = { connected: OF_A_GRANT, refused: ['consent'], untouched: [] }[each.ends];
  wrong.push(
    ...differences(before.books, after.books, ['business', 'inbox', 'jobs']).filter(
      (what) => !may.some((table) => what.startsWith(`${table}:`)),
    ),
  );
  if (before.others !== after.others) wrong.push("another consent's row changed");
  const shops = shopsOf(each);
  const covered = each.coversBoth ? shops : shops.slice(0, 1);
  for (const shop of new Set([...Object.keys(before.grants), ...Object.keys(after.grants)])) {
    const isChanged = before.grants[shop] !== after.grants[shop];
    const mayChange = each.ends === 'connected' && covered.includes(shop);
    if (isChanged !== mayChange)
      wrong.push(`the grant of shop ${shop} ${isChanged ? '' : 'un'}changed`);
  }
  const called = after.exchanges - before.exchanges;
  if (called > (each.ends === 'untouched' ? 0 : 1)) wrong.push(`${called} codes were exchanged`);
  if (each.ends === 'untouched' && after.calls !== before.calls) {
    wrong.push(`${after.calls - before.calls} calls reached the outside systems`);
  }
  if (isUsed) wrong.push(...(await again(given, each, brought, tables, id)));
  return wrong;
}

/** A used state comes once more, with everything else as it should be. */
async function again(
  { scene, sender, tally }: Given,
  each: Return,
  brought: Brought,
  tables: readonly string[],
  id: string,
): Promise<string[]> {
  const before = await look(scene, tables, id);
  const request = asThePageSendsIt(brought);
  const [answer] = await sendAll(tally, sender, [inputOf(each, request)], 'returns, again');
  const after = await look(scene, tables, id);
  const wrong = differences(before.books, after.books, ['business', 'inbox', 'jobs']);
  if (answer?.statuses[0] !== 400) wrong.push(`answered ${answer?.statuses[0]} the second time`);
  if (after.calls !== before.calls) wrong.push('the second time it was asked for outside');
  return wrong;
}

function inputOf({ ends, how }: Return, request: HttpRequest): Input {
  return { endpoint: 'consent', kind: `real, ${ends}: ${how}`, standing: 'verified', request };
}

async function begin({ scene, service }: Given, { marketplace, begun }: Return) {
  const { name } = STORES[marketplace];
  if (begun === 'for another app') return scene.beginForAnotherApp(marketplace, LIVES_MS);
  return service.begin(name, begun === 'over' ? 0 : LIVES_MS);
}

function bring({ scene, service }: Given, { marketplace, odd }: Return, state: string) {
  const given: string[] = [state];
  const keep = (code: string) => {
    given.push(code);
    service.hide([code]);
    return code;
  };
  service.hide([state]);
  const other = marketplace === 'lazada' ? 'shopee' : 'lazada';
  const brought: Brought & { readonly given: readonly string[] } = {
    marketplace,
    state,
    odd,
    given,
    shopId: STORES[marketplace].shopId,
    otherShopId: OTHER[marketplace].shopId,
    mainAccountId: MAIN_ACCOUNT,
    spentCode: scene.spentCodes[marketplace],
    code: (...shopIds) => keep(scene.code(marketplace, shopIds)),
    mainCode: (...shopIds) => keep(scene.mainCode(shopIds)),
    foreignCode: () => keep(scene.code(other, [STORES[other].shopId])),
  };
  return brought;
}

async function look(scene: FuzzScene, tables: readonly string[], id: string) {
  const { db } = scene;
  const [books, row, others, grants] = await Promise.all([
    readBooks(db, tables),
    db.selectFrom('consent').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    sql<{ digest: string }>`
      select coalesce(md5(string_agg(c::text, '' order by id)), '') as digest
      from consent c where id <> ${id}`.execute(db),
    sql<{ shop: string; digest: string }>`
      select s.marketplace || ' ' || s.seller_id as shop, md5(s::text || g::text) as digest
      from grant_shop s join "grant" g on g.id = s.grant_id`.execute(db),
  ]);
  return {
    books,
    row,
    others: others.rows[0]?.digest,
    grants: Object.fromEntries(grants.rows.map((each) => [each.shop, each.digest])),
    exchanges: exchanges(scene),
    calls: scene.calls(),
  };
}

function shopsOf({ marketplace }: Return): string[] {
  return [STORES, OTHER].map((all) => `${marketplace} ${all[marketplace].shopId}`);
}

function exchanges({ world: { lazada, shopee } }: FuzzScene): number {
  return [...lazada.shell.calls, ...shopee.shell.calls].filter((call) =>
    EXCHANGES.includes(call.operation),
  ).length;
}

/** No log line, earlier or later, may hold the tokens that are kept now. */
async function hideTokens({ db, keys }: FuzzScene, service: ServiceChild): Promise<void> {
  const box = createSecretBox(keys);
  const rows = await db.selectFrom('grant').selectAll().execute();
  const all = await Promise.all(rows.map((row) => openTokens(box, row)));
  service.hide(all.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]));
}
