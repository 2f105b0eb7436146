/**
 * What the references do not know of Shopee and a real shop can tell by reading (shopee.md 9). Five
 * calls for a store, three and a page of shops for an app.
 * @module
 */
import { Rejected, Unauthorized } from '../errors.ts';
import {
  type AppSubject,
  answer,
  type Exam,
  type MarketplaceDoctor,
  type Stored,
  type StoreSubject,
} from '../question.ts';
import { getAppPushConfig, getChannelList, getShopsByPartner } from './client/sdk.gen.ts';
import { openPartner, openShop } from './connection.ts';
import { readLostPushes } from './lost-pushes.ts';
import { listSome } from './orders.ts';
import {
  APP,
  CHANNELS,
  CONSENT_END,
  CONSENT_LINK,
  LISTING,
  LOST_PUSHES,
  PUSH_CONFIG,
  SHOP,
  SHOP_STATUS,
  TOKEN,
} from './questions.ts';
import type { ShopeeApp, ShopeeOptions } from './settings.ts';
import { readShop } from './shop.ts';
import { count, id, text } from './wire.ts';

type Subject = StoreSubject<ShopeeApp, ShopeeOptions>;

const SHOPS = 100;
/** Orders, packages, labels and the end of a consent (shopee.md 6.3): what Ponbridge acts upon. */
const WANTED_PUSHES = [1, 2, 3, 4, 12, 15, 30, 47];

const app: Exam<AppSubject<ShopeeApp>> = {
  questions: [APP],
  async ask({ app: its, surroundings }, tell) {
    const connection = openPartner(its, surroundings);
    try {
      const query = { page_size: SHOPS, page_no: 1 };
      const { data } = await connection.read('getShopsByPartner', (call) =>
        getShopsByPartner({ ...call, query }),
      );
      const shops = (data.authed_shop_list ?? []).length;
      tell(APP, 'right', { shops: data.more ? `more than ${shops}` : shops });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const values = { said: error.message };
      if (error.code === 'signature') tell(APP, 'signature', values);
      else if (error.code === 'app-credential') tell(APP, 'credential', values);
      else if (error.code === 'permission') tell(APP, 'permission', values);
      else throw error;
    }
  },
};

const pushes: Exam<AppSubject<ShopeeApp>> = {
  questions: [PUSH_CONFIG],
  async ask({ app: its, surroundings }, tell) {
    const connection = openPartner(its, surroundings);
    const { data } = await connection.read('getAppPushConfig', (call) => getAppPushConfig(call));
    const config = data.response;
    const address = text(config.callback_url);
    const status = text(config.live_push_status) ?? 'no word';
    const on = new Set((config.push_config_on_list ?? []).map(count));
    const off = WANTED_PUSHES.filter((code) => !on.has(code));
    if (address === undefined) tell(PUSH_CONFIG, 'none');
    else if (address !== its.callbackUrl) tell(PUSH_CONFIG, 'other-address', { address });
    else if (/suspended/i.test(status)) tell(PUSH_CONFIG, 'suspended', { status });
    else if (/warning/i.test(status)) tell(PUSH_CONFIG, 'warning', { status });
    else if (off.length > 0) tell(PUSH_CONFIG, 'codes-off', { codes: off.join(', ') });
    else tell(PUSH_CONFIG, 'flowing', { status });
  },
};

/** The page is read and not confirmed, so that it stays for the service. */
const lostPushes: Exam<AppSubject<ShopeeApp>> = {
  questions: [LOST_PUSHES],
  async ask({ app: its, surroundings }, tell) {
    try {
      const page = await readLostPushes(its, surroundings);
      const messages = page.hints.length + page.unreadable.length;
      if (messages === 0) tell(LOST_PUSHES, 'none');
      else tell(LOST_PUSHES, 'waiting', { messages: page.more ? `${messages} or more` : messages });
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      tell(LOST_PUSHES, 'refused', { said: error.message });
    }
  },
};

const shop: Exam<Subject> = {
  questions: [TOKEN, SHOP, SHOP_STATUS, CONSENT_END],
  async ask(subject, tell) {
    const { sellerId, country } = subject.store;
    let info: Awaited<ReturnType<typeof readShop>>;
    try {
      info = await readShop(connect(subject), sellerId);
    } catch (error) {
      if (!(error instanceof Unauthorized)) throw error;
      return tell(TOKEN, 'refused', { said: error.message });
    }
    tell(TOKEN, 'accepted');
    const region = info.country ?? 'no country';
    tell(SHOP, region === country ? 'same' : 'other', { shop: sellerId, region, country });
    const status = info.status ?? 'no word';
    tell(SHOP_STATUS, info.state === 'active' ? 'normal' : 'other', { status });
    if (!info.expiresAt) return tell(CONSENT_END, 'unsaid');
    const soon = info.expiresAt.getTime() - subject.now.getTime() < subject.endingMs;
    const end = info.expiresAt.toISOString().slice(0, 10);
    tell(CONSENT_END, soon ? 'soon' : 'later', { end });
  },
};

const channels: Exam<Subject> = {
  questions: [CHANNELS],
  async ask(subject, tell) {
    const { data } = await connect(subject).read('getChannelList', (call) => getChannelList(call));
    const enabled = (data.response.logistics_channel_list ?? []).filter((row) => row.enabled);
    const named = (rows: typeof enabled) =>
      rows
        .map(
          (row) =>
            `${text(row.logistics_channel_name) ?? 'channel'} (${id(row.logistics_channel_id)})`,
        )
        .join(', ');
    const own = enabled.filter((row) => row.logistics_capability?.seller_logistics);
    if (enabled.length === 0) tell(CHANNELS, 'none');
    else if (own.length > 0) tell(CHANNELS, 'seller-logistics', { channels: named(own) });
    else tell(CHANNELS, 'usual', { channels: named(enabled) });
  },
};

const DAY_SECONDS = 86_400;

const listing: Exam<Subject> = {
  questions: [LISTING],
  async ask(subject, tell) {
    const until = Math.floor(subject.now.getTime() / 1000);
    const period = { from: until - 14 * DAY_SECONDS, until };
    const orders = await listSome(connect(subject), period, 20);
    const rows = orders.length;
    if (rows === 0) return tell(LISTING, 'no-orders');
    const outside = orders.filter(({ updatedAt }) => {
      const at = updatedAt.getTime() / 1000;
      return at < period.from || at > period.until;
    }).length;
    tell(LISTING, outside > 0 ? 'outside' : 'within', { rows, outside });
  },
};

function connect({ app: its, store, tokens, surroundings }: Subject) {
  return openShop(its, store.sellerId, tokens, surroundings);
}

const consentLinkWorked: Stored = {
  question: CONSENT_LINK,
  judge({ connectedAt }) {
    return connectedAt
      ? answer(CONSENT_LINK, 'worked', { date: connectedAt.toISOString().slice(0, 10) })
      : answer(CONSENT_LINK, 'not-yet');
  },
};

export const doctor: MarketplaceDoctor<ShopeeApp, ShopeeOptions> = {
  hosts: (its) => [its.address],
  pushKey:
    'Set pushKey of the app to the "Live Push Partner Key" of the console (Push Mechanism, Set Push), and callbackUrl to the address there, byte for byte: the signature covers both.',
  app: [app, pushes, lostPushes],
  store: [shop, channels, listing],
  stored: [consentLinkWorked],
};
