/**
 * What each setting means, for docs/settings.md and the published schema. A key without an entry takes
 * its description from the schema; one with neither stops the generator, and so does an entry without
 * its key.
 * @module
 */

export interface Meaning {
  readonly text?: string;
  /** As written in the file. Not needed where the type lists the words. */
  readonly example?: string;
  /** Where the schema cannot say it: a default that is made by code. */
  readonly fallback?: string;
}

export type Meanings = Readonly<Record<string, Meaning>>;

const NAMES = '`{order}`, `{orderId}`, `{store}`, `{country}`, `{seller}`';

/** `stores/<name>.yaml` */
export const STORE: Meanings = {
  marketplace: { text: '`lazada` or `shopee`', example: 'lazada' },
  country: {
    text: "The shop's country; one the marketplace has shops in. It fixes the currency",
    example: 'sg',
  },
  sellerId: { text: 'Lazada seller id, Shopee shop id', example: '"1000114855"' },
  app: { text: 'Which entry of `apps.<marketplace>` in ponbridge.yaml', example: 'main' },
  group: {
    text: 'Which entry of `groups` in ponbridge.yaml this store shares; what its own file says comes first. See [groups](#groups)',
    example: 'cn-warehouse',
  },
  paused: {
    text: 'Nothing is pulled, nothing new is bought, and nothing is paid by itself. Pushes are still taken and their orders planned; what is bought already goes on to its end. `ponbridge pause <store>` and `resume` set it',
  },
  start: {
    text: 'Orders created earlier are ignored. A date alone means midnight UTC',
    example: '2026-01-01',
  },
  orderSource: {
    text: "Given to the agent as the order's platform (`orderSource`)",
    example: 'lazada',
  },
  sellerOrderNumber: {
    text: `Template of the number the agent files the purchase under. Names: ${NAMES}; one of \`{order}\`, \`{orderId}\` must be in it`,
    example: '"{store}-{order}"',
  },
  sellerOrderNumberLimit: {
    text: "Longest number; a longer one is held, never cut. The agent's own limit is not known",
    example: '64',
  },
  lines: {
    text: 'Line rules; for each order line the first that fits counts',
    example: 'see below',
  },
  'lines[].pattern': {
    text: 'SKU pattern: the source SKU is written in the marketplace SKU. Parts: `{itemId}`, `{skuId}`, `{quantity}`, `{fen}` or `{yuan}`, `{any}`',
    example: '"TB-{itemId}-{skuId}-{fen}"',
  },
  'lines[].price': {
    text: 'Where the unit price comes from: the pattern, the link, or a fixed amount',
    fallback: '`pattern` in a pattern rule, `link` in a links rule',
    example: '{ fixed: "12.50" }',
  },
  'lines[].price.fixed': { text: 'One unit, in yuan', example: '"12.50"' },
  'lines[].links': {
    text: 'Looks the SKU up in the table of SKU links: of this store, shared by all stores, or both (the store first)',
  },
  'lines[].bundle': { text: 'The marketplace SKU, exactly', example: 'SET-TEA' },
  'lines[].parts': { text: 'What one unit of the bundle is bought as', example: 'see below' },
  'lines[].parts[].itemId': {
    text: "The source item's id: the distribution id, not the public Taobao id (assumed)",
    example: '"600126245031041190"',
  },
  'lines[].parts[].skuId': { text: "The source SKU's id", example: '"5016042822039"' },
  'lines[].parts[].quantity': { text: 'Units bought for one unit sold', example: '2' },
  'lines[].parts[].price': {
    text: 'Price of one unit, in fen or yuan; without it the order is held (`price-unknown`)',
    example: '{ fen: 1250 }',
  },
  'lines[].parts[].price.fen': { text: 'One unit, in fen (1/100 yuan)', example: '1250' },
  'lines[].parts[].price.fixed': { text: 'One unit, in yuan', example: '"12.50"' },
  'lines[].skip': {
    text: 'Marketplace SKUs that are never bought; `*` stands for any text',
    example: '["GIFT-*"]',
  },
  'lines[].reason': { text: 'Why, for people', example: 'gifts are packed by the warehouse' },
  receiver: { text: 'Where the suppliers send the goods', example: 'see below' },
  'receiver.kind': {
    text: "`warehouse`: the seller's warehouse or forwarder in China. `buyer`: the buyer's own address, held when it is masked or incomplete",
  },
  'receiver.name': { text: `Template. Names: ${NAMES}`, example: '"Lin {store}"' },
  'receiver.phone': {
    text: 'Landline. A warehouse needs this or `mobilePhone`',
    example: '"0571-88888888"',
  },
  'receiver.mobilePhone': { text: 'Mobile phone', example: '"15000000000"' },
  'receiver.country': {
    text: 'As the agent wants it, in Chinese. With `kind: buyer` it replaces the country the marketplace gives',
    fallback: '`中国` for a warehouse',
    example: '中国',
  },
  'receiver.state': { text: 'Province', example: '浙江省' },
  'receiver.city': { text: 'City', example: '杭州市' },
  'receiver.district': { text: 'District', example: '余杭区' },
  'receiver.address': {
    text: `Street and number; a template. Names: ${NAMES}`,
    example: '"仓前街道 8 号 ({order})"',
  },
  'receiver.zip': { text: 'Postal code', example: '"311121"' },
  budget: { text: 'What a purchase may cost', example: 'see below' },
  'budget.cnyPerUnit': {
    text: "Exchange rate: yuan for one unit of the store's currency",
    example: '"5.35"',
  },
  'budget.largestOrder': { text: 'In yuan; a dearer purchase is held', example: '"300.00"' },
  'budget.smallestMargin': {
    text: '(sale - cost) / sale, of goods only; a smaller margin is held. From -100% to 100%',
    example: '15%',
  },
  'budget.drift': {
    text: "How far the agent's price may rise above the plan before the payment is held. From 0% to 100%",
    example: '5%',
  },
  purchase: { text: 'How, when and where is bought', example: 'see below' },
  'purchase.mode': {
    text: '`off`: orders are planned and never bought. `manual`: each waits for `ponbridge approve <order>`. `auto`: bought once the delay is over',
  },
  'purchase.agent': { text: 'The purchasing agent', example: 'pandapon' },
  'purchase.account': {
    text: 'Which entry of `accounts.<agent>` in ponbridge.yaml',
    example: 'main',
  },
  'purchase.delay': {
    text: 'Time for the buyer to cancel, from the moment the order could be bought',
    example: '1h',
  },
  'purchase.lineNumbers': {
    text: '`unique`: lines are numbered 1, 2, 3. `same`: every line is "1", as in the agent\'s own example',
  },
  'purchase.cashOnDelivery': {
    text: 'Whether orders paid on delivery are bought; if not, they are held',
  },
  'purchase.dailyCap': {
    text: 'In yuan, above 0: most that is spent per agent account and day (China time), over all stores on that account: what Ponbridge pays, and what it places in mode `auto` for a person to pay. `mode: auto` and `pay.auto: true` are refused without it',
    fallback: 'required with `mode: auto` and with `pay.auto: true`',
    example: '"500.00"',
  },
  'purchase.pay': {
    text: 'Whether Ponbridge pays. If not, the purchase is held (`payment-due`) until it is paid at the agent',
    fallback: '`{ auto: false }`',
    example: '{ auto: true }',
  },
  'purchase.pay.auto': { text: 'Pay by itself', fallback: '`false`', example: 'true' },
  tracking: {
    text: 'Which number is told where the seller supplies it',
    example: '{ leg: agent }',
  },
  'tracking.leg': {
    text: "`agent`: the supplier's number to the receiver. `abroad` and `manual`: a person enters it with `ponbridge tracking`. Must be set when the receiver is a warehouse, because a number once told cannot be changed",
    fallback: 'required with `receiver.kind: warehouse`',
  },
  'tracking.parcels': {
    text: 'Of several parcels: the `first` number there is; the `last`, once every line has one; the last, once all have arrived (`all-arrived`)',
  },
  'tracking.carriers': {
    text: "The agent's carrier name to the marketplace's; `*` for any other",
    example: '{ "*": YTO }',
  },
  ship: { text: 'When the marketplace is promised something', example: 'see below' },
  'ship.pack': {
    text: 'Lazada: pack once the purchase is `paid`, `sent` by the suppliers, or `received` by the receiver',
  },
  'ship.readyToShip': { text: 'Lazada: say ready-to-ship (and tell an own number) then' },
  'ship.arrange': { text: 'Shopee: arrange the shipment then' },
  'ship.margin': {
    text: 'An unshipped order nearer than this to its ship-by date raises the alert `ship-by-near`',
    example: '24h',
  },
  'ship.warehouse': {
    text: 'What the agent is told to write on the parcels once the shipment is arranged',
    example: 'see below',
  },
  'ship.warehouse.name': {
    text: `Template. Names: ${NAMES}, \`{tracking}\` (the marketplace's number, or the one told)`,
    example: 'Hangzhou',
  },
  'ship.warehouse.address': {
    text: 'Template, with the same names',
    example: '"write {tracking} on {order}"',
  },
  cancel: { text: 'Cancellations', example: '{ buyerWish: hold }' },
  'cancel.buyerWish': {
    text: 'Answer to a buyer who asks to cancel: leave it to a person, accept or reject. Only Shopee has a call for it; at Lazada it is always left to a person',
  },
  poll: {
    text: 'Time between two pulls of updated orders; with pushes a safety net',
    example: '5m',
  },
  overlap: {
    text: 'Each pull begins this long before the end of the last one, so that nothing updated late is missed',
    example: '5m',
  },
  alerts: {
    text: 'After how long what does not happen is told; see [alerts](alerts.md). From `1m` to `365d` each',
    example: '{ unsent: 5d }',
  },
  'alerts.noPull': {
    text: 'No successful pull of the store (`no-pull`). More than `poll`; less is refused',
    fallback: '`30m`, or three times `poll` where that is longer',
    example: '1h',
  },
  'alerts.unread': { text: 'An order that cannot be read (`unread`)', example: '1h' },
  'alerts.unpaid': {
    text: 'Placed at the agent and not paid (`unpaid`)',
    example: '24h',
  },
  'alerts.unsent': { text: 'Paid and not sent by the suppliers (`unsent`)', example: '3d' },
  'alerts.untracked': {
    text: 'A line sent and without a tracking number (`untracked`)',
    example: '48h',
  },
  'alerts.held': {
    text: 'An order held without a ship-by date that would warn (`held-long`)',
    example: '24h',
  },
  retention: {
    text: "The buyer's data of an order is erased this long after the order ended",
    example: '90d',
  },
  options: {
    text: 'Settings that only this marketplace has; see the two tables below',
    example: '{ shipMode: pickup }',
  },
};

/** `options` of a store, by marketplace. */
export const OPTIONS: Readonly<Record<string, Meanings>> = {
  lazada: {
    shipmentProvider: { example: 'LGS-FM40' },
    sofStatus: { example: '{ status: InTransit, subStatus: InTransit_PickedUp }' },
    'sofStatus.status': { text: '`latestStatus.status` (assumed word)', example: 'InTransit' },
    'sofStatus.subStatus': {
      text: '`latestStatus.subStatus` (assumed word)',
      example: 'InTransit_PickedUp',
    },
  },
  shopee: {
    shipMode: { text: 'Preferred where Shopee offers both' },
    pickupAddress: { text: "Which of the shop's marked addresses couriers come to" },
    dropoffBranchId: {
      text: 'The branch parcels are brought to, for channels that ask for one',
      example: '"1234"',
    },
    dropoffSlug: {
      text: 'The courier parcels are brought to, for channels in Taiwan that ask for one',
      example: 'SHP',
    },
    senderRealName: {
      text: 'For channels that ask who hands the parcel over',
      example: 'Lin Mei',
    },
  },
};

/** `apps.<marketplace>.<name>` */
export const APPS: Readonly<Record<string, Meanings>> = {
  lazada: {
    appKey: { example: '"100132"' },
    appSecret: { example: '{ env: LAZADA_APP_SECRET }' },
    redirectUrl: {
      text: 'The callback address of consents as the console has it. Without it `<PONBRIDGE_PUBLIC_URL>/oauth/lazada/callback`',
      example: '"https://bridge.example.com/oauth/lazada/callback"',
    },
    partnerId: { example: 'my-partner' },
    addresses: {
      text: "Base addresses with their `/rest`, where a proxy or the simulator stands in. Without them: Lazada's own",
      example: '{ all: "http://127.0.0.1:9001/rest" }',
    },
    'addresses.all': { example: '"http://127.0.0.1:9001/rest"' },
    'addresses.auth': { text: 'The token calls', example: '"https://auth.lazada.com/rest"' },
    'addresses.sg': { text: 'Singapore', example: '"https://api.lazada.sg/rest"' },
    'addresses.my': { text: 'Malaysia', example: '"https://api.lazada.com.my/rest"' },
    'addresses.th': { text: 'Thailand', example: '"https://api.lazada.co.th/rest"' },
    'addresses.vn': { text: 'Vietnam', example: '"https://api.lazada.vn/rest"' },
    'addresses.ph': { text: 'Philippines', example: '"https://api.lazada.com.ph/rest"' },
    'addresses.id': { text: 'Indonesia', example: '"https://api.lazada.co.id/rest"' },
    labelHosts: { example: '["labels.example.com"]' },
  },
  shopee: {
    address: {
      text: 'Host of the API, without a path. Every host serves the same; keep to one per environment',
      fallback: '`https://partner.shopeemobile.com`',
      example: '"https://partner.shopeemobile.com"',
    },
    consentAddress: {
      text: "Host of the consent page for the seller's link. Without it the older, signed link of `address` is used",
      example: '"https://open.shopee.com"',
    },
    redirectUrl: {
      text: "Where consents come back to; its domain is the console's redirect domain. Without it `<PONBRIDGE_PUBLIC_URL>/oauth/shopee/callback`",
      example: '"https://bridge.example.com/oauth/shopee/callback"',
    },
    partnerId: { text: 'From the console', example: '"2001887"' },
    partnerKey: {
      text: 'From the console, as it is there',
      example: '{ env: SHOPEE_PARTNER_KEY }',
    },
    pushKey: {
      text: 'The console\'s own "Push Partner Key"; without it the partner key checks pushes',
      example: '{ env: SHOPEE_PUSH_KEY }',
    },
    previousPushKey: {
      text: 'While keys are changed: the one that was valid before',
      example: '{ env: SHOPEE_OLD_PUSH_KEY }',
    },
    callbackUrl: {
      text: 'Exactly the callback address in the console; it is part of the signature. Without it no pushes are taken',
      example: '"https://bridge.example.com/push/shopee/main"',
    },
  },
};

/** `accounts.<agent>.<name>` */
export const ACCOUNTS: Readonly<Record<string, Meanings>> = {
  pandapon: {
    accessKey: { example: '{ env: PANDAPON_ACCESS_KEY }' },
    accessSecret: { example: '{ env: PANDAPON_ACCESS_SECRET }' },
    userId: { example: '"2100000000000"' },
    address: { example: '"https://api.pandapon.com"' },
    timestampUnit: { text: 'Unit of the signed time (assumed)' },
    pageSize: {
      text: 'Rows asked for per page of a listing (assumed to be allowed)',
      example: '50',
    },
    paths: { text: 'Paths that no source states', example: '{ pay: /open/order/pay }' },
    'paths.pay': { text: 'Path of the payment call (assumed)', example: '/open/order/pay' },
    'paths.cancel': {
      text: 'Path of the cancelling call (assumed)',
      example: '/open/order/cancel',
    },
    refusalCodes: { example: '["40001"]' },
  },
};

/** The rest of `ponbridge.yaml`. */
export const SERVICE: Meanings = {
  apps: {
    text: "The marketplaces' apps: `apps.<marketplace>.<name>`, see below",
    example: 'see below',
  },
  accounts: {
    text: "The agents' accounts: `accounts.<agent>.<name>`, see below",
    example: 'see below',
  },
  groups: {
    text: "Settings that several stores share: `groups.<name>` holds any part of a store's file. See [groups](#groups)",
    example: 'see below',
  },
  timings: { text: 'Waits and periods', example: '{ agentPoll: 5m }' },
  'timings.signatureWindow': {
    text: 'How long the agent may accept a signed request: PandaPon states 600 s (assumed to be enforced)',
    example: '10m',
  },
  'timings.clockSkew': {
    text: "How far this machine's clock and the agent's may differ",
    example: '30s',
  },
  'timings.requestLife': {
    text: 'How long an accepted request may work at the agent before its effect shows',
    example: '60s',
  },
  'timings.listingLag': {
    text: "How long a new order may be missing from the agent's listing",
    example: '60s',
  },
  'timings.settle': {
    text: 'Only after this, counted from the signing, does absence from the books settle an unknown purchase or payment. At least the sum of the four above; a smaller one is refused',
    example: '13m',
  },
  'timings.settleRead': {
    text: 'The same for an unknown shipping or cancelling',
    example: '2m',
  },
  'timings.sendWithin': {
    text: 'A signed spending call is not sent later than this after its signing',
    example: '10s',
  },
  'timings.callTimeout': {
    text: 'One try of a call to an outside system is given up after this; what it asked for may still happen there',
    example: '15s',
  },
  'timings.listingFresh': {
    text: "Oldest listing of the agent's orders that a first purchase may lean on",
    example: '60s',
  },
  'timings.agentPoll': {
    text: 'Time between two listings of an account whose purchases are paid and not sent',
    example: '10m',
  },
  'timings.payPoll': {
    text: 'The same while a purchase waits to be paid, or is being cancelled',
    example: '60s',
  },
  'timings.parcelPoll': {
    text: "Time between two looks for a sent line's tracking number",
    example: '30m',
  },
  'timings.shipPoll': {
    text: 'Time between two looks for a number or a label that the marketplace makes, and between tries of a refused shipping',
    example: '5m',
  },
  'timings.net': {
    text: 'Time between two looks for lost pushes and for packages whose orders were never seen (Shopee)',
    example: '30m',
  },
  'timings.sweep': {
    text: 'Time between two sweeps for orders that are due and have no job',
    example: '60s',
  },
  alerts: {
    text: "After how long what does not happen is told; what concerns a store is in the store's file",
    example: '{ grantEnding: 14d }',
  },
  'alerts.noListing': {
    text: 'An account with purchases on their way that was not listed (`no-listing`). More than `timings.agentPoll`; less is refused',
    fallback: '`1h`, or three times `timings.agentPoll` where that is longer',
    example: '2h',
  },
  'alerts.grantEnding': {
    text: "A seller's consent that ends for good within this time (`grant-ending`)",
    example: '14d',
  },
  reconcile: {
    text: 'The re-scan of each store and agent account by the clock (`ponbridge reconcile` does it by hand). With `PONBRIDGE_POLLING=off` there is none',
    example: '{ every: 12h }',
  },
  'reconcile.every': {
    text: 'Time between two re-scans of the same store or account; they are spread over it',
    example: '12h',
  },
  'reconcile.days': {
    text: 'How many of the last days are compared. At least twice `reconcile.every`; less is refused',
    example: '7',
  },
  limits: { text: 'Most calls, counted by each process for itself', example: '{ app: 10 }' },
  'limits.app': {
    text: 'Calls per second of one app at its marketplace, all its stores together',
    example: '20',
  },
  'limits.store': { text: 'Calls per second of one store', example: '5' },
  'limits.account': { text: 'Calls per second of one agent account', example: '10' },
  'limits.callbackReads': {
    text: "Reads per minute that the agents' unsigned callbacks may cause",
    example: '120',
  },
  'limits.callbacks': {
    text: "Messages per minute that are taken of an agent account's callbacks; what is over is answered 429, and the agent repeats it",
    example: '12000',
  },
};

export const ENVIRONMENT: Meanings = {
  DATABASE_URL: {
    text: 'PostgreSQL to use. Without it the service starts its own in the data folder',
    example: 'postgresql://user:password@db.example.com:5432/ponbridge',
  },
  PONBRIDGE_HOME: {
    text: 'Folder of `ponbridge.yaml` and `stores/`',
    example: '/etc/ponbridge',
    fallback: 'the current folder',
  },
  PONBRIDGE_DATA: {
    text: 'Folder of the database that the service starts, and of the key it makes',
    example: '/var/lib/my-ponbridge',
    fallback: '`data` in `PONBRIDGE_HOME`',
  },
  PONBRIDGE_KEYS: {
    text: 'Encryption keys, `id:base64` of 32 bytes each, comma-separated: the first seals, all open. Must be set with `DATABASE_URL`',
    example: 'k2:<base64>,k1:<base64>',
    fallback: 'without `DATABASE_URL`: made once, kept in `encryption.key` in the data folder',
  },
  PONBRIDGE_HOST: { text: 'Address the web side listens on', example: '0.0.0.0' },
  PONBRIDGE_PORT: { text: 'Its port; 0 takes a free one', example: '8080' },
  PONBRIDGE_CALLBACK_TOKEN: {
    text: "The unguessable part of the agents' callback address. Without it no callbacks are taken",
    example: 'the output of `openssl rand -hex 24`',
  },
  PONBRIDGE_PUBLIC_URL: {
    text: 'Where the marketplaces and the agent reach this service. Consents come back to it (where the app has no `redirectUrl`); `start` prints the addresses for the consoles with it, `doctor` looks whether it leads here',
    example: 'https://bridge.example.com',
  },
  PONBRIDGE_LOG_LEVEL: { text: 'Least important message that is logged' },
  PONBRIDGE_POLLING: {
    text: '`off`: nothing is pulled or listed by the clock, pushes and callbacks alone drive; a listing that a purchase needs is still made',
  },
};
