/**
 * What the references do not know of Lazada and a real shop can tell by reading (lazada.md 8). Five
 * calls for a store, one for an app.
 * @module
 */
import { CallError, Rejected, Unauthorized } from '../errors.ts';
import {
  type AppSubject,
  answer,
  type Exam,
  type MarketplaceDoctor,
  type Stored,
  type StoreSubject,
  type Tell,
} from '../question.ts';
import { getSeller, listOrders } from './client/sdk.gen.ts';
import { CONSENT_REFUSED, REQUEST_REFUSED } from './codes.ts';
import { type Connection, connectTo } from './connection.ts';
import { createAuthoriser } from './oauth.ts';
import { operations } from './operations.ts';
import {
  APP,
  COUNT,
  CROSS_BORDER,
  LIMIT,
  OFFSET,
  OWN_NUMBER,
  SELLER,
  SELLER_STATUS,
  SORTING,
  TOKEN,
} from './questions.ts';
import { addressOf, type LazadaApp, type LazadaOptions } from './settings.ts';
import { readTime, wholeSecond, writeTime } from './times.ts';
import { type Country, countryOf } from './ventures.ts';
import { flag, text } from './wire.ts';

type Subject = StoreSubject<LazadaApp, LazadaOptions>;

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 30;
/** The code that IncompleteSignature stands for in the official lists (lazada.md 5). */
const WRONG_SIGNATURE = 'IncompleteSignature';

/** A code that cannot exist changes nothing: which refusal comes tells whether the signature was right. */
const app: Exam<AppSubject<LazadaApp>> = {
  questions: [APP],
  async ask({ app: its, surroundings }, tell) {
    try {
      await createAuthoriser(its, surroundings).exchange('0_ponbridge-doctor', {
        sellerId: undefined,
      });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const said = error.message;
      if (CONSENT_REFUSED.has(error.code ?? '')) return tell(APP, 'right');
      return tell(APP, error.code === WRONG_SIGNATURE ? 'signature' : 'refused', { said });
    }
    tell(APP, 'right');
  },
};

const seller: Exam<Subject> = {
  questions: [TOKEN, SELLER, SELLER_STATUS, CROSS_BORDER],
  async ask(subject, tell) {
    const { country } = subject.store;
    const connection = connect(subject);
    try {
      const { data } = await connection.call(operations.getSeller, (via) => getSeller(via));
      tell(TOKEN, 'accepted');
      const id = text(data.seller_id);
      const values = { country, seller: id ?? 'none', expected: subject.store.sellerId };
      tell(SELLER, id === subject.store.sellerId ? 'same' : 'other', values);
      const status = text(data.status) ?? 'no word';
      tell(SELLER_STATUS, status.toUpperCase() === 'ACTIVE' ? 'active' : 'other', { status });
      const crossBorder = flag(data.cb) ?? false;
      const matches = crossBorder === subject.options.crossBorder;
      tell(CROSS_BORDER, matches ? 'matches' : 'differs', { crossBorder: String(crossBorder) });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const said = error.message;
      if (error instanceof Unauthorized) return tell(TOKEN, 'refused', { said });
      // The gateway's refusals are about the request, not about whose token it is.
      const ofGateway = REQUEST_REFUSED.has(error.code ?? '');
      if (!(error instanceof Rejected) || ofGateway) throw error;
      tell(TOKEN, 'accepted');
      tell(SELLER, 'not-here', { country, said });
    }
  },
};

interface Page {
  readonly count: string;
  readonly total: string;
  readonly times: readonly (number | undefined)[];
}

const listing: Exam<Subject> = {
  questions: [SORTING, LIMIT, COUNT, OFFSET],
  async ask(subject, tell) {
    const country = countryOf(subject.store.country);
    const connection = connect(subject);
    const after = new Date(wholeSecond(subject.now) - WINDOW_DAYS * DAY_MS);
    const page = (offset: number, limit: number) =>
      readPage(connection, country, after, offset, limit);
    const first = await page(0, 20);
    if (first.times.length < 2) {
      tell(SORTING, 'few');
      tell(LIMIT, 'few');
      tell(COUNT, 'few');
    } else {
      const rows = first.times.length;
      const ascending = first.times.every(
        (at, index) =>
          at !== undefined &&
          at >= after.getTime() &&
          at >= (first.times[index - 1] ?? after.getTime()),
      );
      tell(SORTING, ascending ? 'ascending' : 'otherwise', { rows });
      tellCounts(await page(0, 1), tell);
    }
    try {
      await page(4500, 100);
      tell(OFFSET, 'accepted');
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      tell(OFFSET, 'refused', { said: error.message });
    }
  },
};

function tellCounts({ count, total, times }: Page, tell: Tell): void {
  const rows = times.length;
  tell(LIMIT, rows === 1 ? 'kept' : 'ignored', { rows });
  const asAssumed = count === String(rows) && Number(total) > rows;
  tell(COUNT, asAssumed ? 'page' : 'otherwise', { rows, count, total });
}

async function readPage(
  connection: Connection,
  country: Country,
  after: Date,
  offset: number,
  limit: number,
): Promise<Page> {
  const query = {
    update_after: writeTime(after, country),
    sort_by: 'updated_at' as const,
    sort_direction: 'ASC' as const,
    offset,
    limit,
  };
  const { data } = await connection.call(operations.listOrders, (via) =>
    listOrders({ ...via, query }),
  );
  return {
    count: text(data.count) ?? 'none',
    total: text(data.countTotal) ?? 'none',
    times: data.orders.map((row) => timeOf(row, country)),
  };
}

function timeOf(row: unknown, country: Country): number | undefined {
  try {
    return readTime((row as { updated_at?: unknown } | null)?.updated_at, country)?.getTime();
  } catch {
    return undefined;
  }
}

function connect({ app: its, store, tokens, surroundings }: Subject): Connection {
  return connectTo(its, countryOf(store.country), tokens, surroundings);
}

/** Whether the call is open to a store is told by nobody before it is made. */
const ownNumber: Stored = {
  question: OWN_NUMBER,
  judge({ steps, options }) {
    const told = steps.find((each) => each.step === 'tell-number');
    if (told && told.taken > 0) {
      const first = told.firstAt.toISOString().slice(0, 10);
      return answer(OWN_NUMBER, 'open', { taken: told.taken, first });
    }
    if (options.sofStatusUpdate !== true) return answer(OWN_NUMBER, 'off');
    if (!told) return answer(OWN_NUMBER, 'no-orders');
    return answer(OWN_NUMBER, 'refused', { refused: told.refused });
  },
};

export const doctor: MarketplaceDoctor<LazadaApp, LazadaOptions> = {
  hosts: (its, countries) => [
    ...new Set([
      addressOf(its, 'auth'),
      ...countries.map((country) => addressOf(its, countryOf(country))),
    ]),
  ],
  pushKey:
    'Pushes are checked with appKey and appSecret: check both against the console. A proxy in front must pass the body on unchanged.',
  // Documented; whether it is still so is not known (lazada.md 6 and 8).
  wantsOrganisation: true,
  app: [app],
  store: [seller, listing],
  stored: [ownNumber],
};
