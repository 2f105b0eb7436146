/**
 * The rows of the whole trade. Unique keys carry the promises: one purchase per sales order, account,
 * channel and part; one agent order adopted once; one open attempt of a kind at a time.
 */
export const up = `
create table store (
  name text primary key,
  marketplace text not null,
  country text not null,
  seller_id text not null,
  state text not null default 'active',
  first_seen_at timestamptz not null default now(),
  unique (marketplace, country, seller_id)
);

-- Tokens of a seller's consent. One grant can serve several stores, so locks and holds are per grant.
create table "grant" (
  id bigint generated always as identity primary key,
  marketplace text not null,
  app text not null,
  subject text not null,
  tokens text not null,
  access_expires_at timestamptz not null,
  refresh_expires_at timestamptz,
  version integer not null default 1,
  renewed_at timestamptz not null,
  unique (marketplace, app, subject)
);
create table grant_shop (
  marketplace text not null,
  country text not null,
  seller_id text not null,
  grant_id bigint not null references "grant" (id) on delete cascade,
  primary key (marketplace, country, seller_id)
);

create table cursor (
  store text primary key references store (name),
  covered_until timestamptz not null,
  last_success_at timestamptz,
  last_failure_at timestamptz,
  last_error text
);

-- What could not be read: a row that made no sense, or an order missing from a detail answer.
create table unread_order (
  store text not null references store (name),
  order_id text not null,
  kind text not null check (kind in ('broken', 'missing')),
  error text not null,
  tries integer not null default 1,
  first_seen_at timestamptz not null,
  last_tried_at timestamptz not null,
  primary key (store, order_id)
);

create table sales_order (
  id bigint generated always as identity primary key,
  store text not null references store (name),
  order_id text not null,
  order_number text not null,
  state text not null check (state in
    ('pulled', 'planned', 'held', 'waiting', 'open', 'done', 'cancelling', 'cancelled', 'ignored')),
  state_reason text,
  due_at timestamptz,
  awaits text,
  -- Since when it could be bought: the delay for the buyer's second thoughts counts from here.
  buyable_at timestamptz,
  approved_at timestamptz,
  -- Fruitless runs in a row; a stage that gets on sets it back.
  tries integer not null default 0,
  source_created_at timestamptz not null,
  source_updated_at timestamptz not null,
  read_began_at timestamptz not null,
  digest text not null,
  currency text not null,
  total text not null,
  ship_by timestamptz,
  plan_digest text,
  -- The order as read, without the buyer.
  document jsonb not null,
  -- The buyer's address, encrypted; erased after the store's retention.
  buyer text,
  first_seen_at timestamptz not null,
  ended_at timestamptz,
  unique (store, order_id)
);
create index sales_order_due on sales_order (due_at)
  where due_at is not null and state not in ('done', 'cancelled', 'ignored');
create index sales_order_awaits on sales_order (awaits) where awaits is not null;
create index sales_order_number on sales_order (order_number);
create index sales_order_live on sales_order (store, state)
  where state not in ('done', 'cancelled', 'ignored');

create table sales_line (
  id bigint generated always as identity primary key,
  sales_order_id bigint not null references sales_order (id),
  line_id text not null,
  sku text,
  name text not null,
  quantity integer not null,
  unit_price text not null,
  status text not null,
  phase text not null,
  state text not null default 'open' check (state in ('open', 'ignored', 'cancelled')),
  state_reason text,
  unique (sales_order_id, line_id)
);
create index sales_line_sku on sales_line (sku);

create table purchase (
  id bigint generated always as identity primary key,
  sales_order_id bigint not null references sales_order (id),
  agent text not null,
  account text not null,
  channel text not null default 'taobao',
  part integer not null default 1,
  state text not null check (state in
    ('placing', 'placed', 'paying', 'paid', 'sent', 'cancelling', 'cancelled')),
  order_source text not null,
  seller_order_number text not null,
  draft jsonb not null,
  planned_fen bigint not null,
  -- Of the buyer's address the goods go to; null when they go to a warehouse.
  buyer_digest text,
  agent_order_id text,
  order_no text,
  agent_status text,
  agent_fen bigint,
  -- Of the agent's row as last applied: a listing with another digest wakes the order.
  agent_digest text,
  read_began_at timestamptz,
  placed_at timestamptz,
  paid_at timestamptz,
  sent_at timestamptz,
  -- When the goods arrived at their receiver, by the carrier's traces.
  received_at timestamptz,
  created_at timestamptz not null,
  unique (sales_order_id, agent, account, channel, part),
  unique (agent, account, agent_order_id)
);
create index purchase_open on purchase (agent, account, state) where state <> 'cancelled';
create index purchase_order_no on purchase (order_no);

create table purchase_line (
  id bigint generated always as identity primary key,
  purchase_id bigint not null references purchase (id),
  line_no text not null,
  item_id text not null,
  sku_id text not null,
  quantity integer not null,
  price_fen bigint not null,
  state text not null default 'placing' check (state in
    ('placing', 'accepted', 'refused', 'sent', 'cancelled')),
  sub_order_id text,
  sub_purchase_order_id text,
  status text,
  error text,
  unique (purchase_id, item_id, sku_id)
);
create index purchase_line_sub on purchase_line (sub_purchase_order_id);
create index purchase_line_agent on purchase_line (sub_order_id);

create table allocation (
  sales_line_id bigint not null references sales_line (id),
  purchase_line_id bigint not null references purchase_line (id),
  -- Units of the source SKU, and of the sales line as it was when they were bought.
  quantity integer not null,
  units integer not null,
  primary key (sales_line_id, purchase_line_id)
);

create table package (
  id bigint generated always as identity primary key,
  sales_order_id bigint not null references sales_order (id),
  package_id text,
  lines jsonb not null,
  state text not null check (state in
    ('waiting', 'shipping', 'shipped', 'delivered', 'cancelled', 'ignored')),
  number_owner text not null,
  owner_reason text not null,
  next_step text,
  steps_done text[] not null default '{}',
  tracking_number text,
  carrier text,
  told_number text,
  ship_by timestamptz,
  shipped_at timestamptz,
  warehouse_told_at timestamptz,
  unique (sales_order_id, package_id)
);
create index package_order on package (sales_order_id);

create table label (
  package_id bigint primary key references package (id),
  content_type text not null,
  -- The file in base64, encrypted: it shows the buyer's name and address.
  sealed text not null,
  fetched_at timestamptz not null
);

-- One try to place, pay, ship or cancel; committed before the call (the intent).
create table attempt (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('place', 'pay', 'ship', 'cancel')),
  sales_order_id bigint not null references sales_order (id),
  purchase_id bigint references purchase (id),
  package_id bigint references package (id),
  number integer not null default 1,
  -- Frozen, so that settling asks the same account at the same address in the same words.
  system text not null,
  credentials text not null,
  address text not null,
  generation text,
  payload text not null,
  step text,
  amount_fen bigint,
  signed_at timestamptz not null,
  send_before timestamptz not null,
  settle_at timestamptz not null,
  unknown_at timestamptz,
  error_code text,
  error text,
  request_id text,
  looks integer not null default 0,
  outcome text check (outcome in ('succeeded', 'adopted', 'refused', 'not-sent', 'absent')),
  closed_at timestamptz,
  check ((outcome is null) = (closed_at is null))
);
-- At most one of a kind in the open, whatever runs twice.
create unique index attempt_open_purchase on attempt (purchase_id, kind) where closed_at is null and purchase_id is not null;
create unique index attempt_open_package on attempt (package_id, kind) where closed_at is null and package_id is not null;
create unique index attempt_open_order on attempt (sales_order_id, kind)
  where closed_at is null and purchase_id is null and package_id is null;
create index attempt_order on attempt (sales_order_id);
-- One automatic payment per purchase, for ever.
create unique index attempt_one_payment on attempt (purchase_id)
  where kind = 'pay' and (outcome is null or outcome in ('succeeded', 'adopted', 'absent'));

-- What was reserved for payments, by agent account and China date.
create table spend (
  agent text not null,
  account text not null,
  day date not null,
  reserved_fen bigint not null default 0,
  primary key (agent, account, day)
);

create table parcel (
  id bigint generated always as identity primary key,
  purchase_id bigint not null references purchase (id),
  sub_purchase_order_id text not null,
  tracking_number text not null,
  carrier text,
  status text,
  last_trace_at timestamptz,
  delivered boolean not null default false,
  first_seen_at timestamptz not null,
  unique (purchase_id, sub_purchase_order_id, tracking_number)
);

create table hold (
  id bigint generated always as identity primary key,
  sales_order_id bigint references sales_order (id),
  store text references store (name),
  agent_account text,
  grant_id bigint references "grant" (id) on delete cascade,
  stage text not null,
  code text not null,
  detail text not null,
  raised_at timestamptz not null,
  cleared_at timestamptz,
  cleared_by text
);
create unique index hold_open_order on hold (sales_order_id, code) where cleared_at is null and sales_order_id is not null;
create unique index hold_open_store on hold (store, code)
  where cleared_at is null and sales_order_id is null and store is not null;
create unique index hold_open_account on hold (agent_account, code)
  where cleared_at is null and agent_account is not null and sales_order_id is null;
create unique index hold_open_grant on hold (grant_id, code) where cleared_at is null and grant_id is not null;

-- An order's history; append only, no personal data.
create table event (
  id bigint generated always as identity primary key,
  sales_order_id bigint not null references sales_order (id),
  at timestamptz not null,
  actor text not null,
  kind text not null,
  detail jsonb not null default '{}'
);
create index event_order on event (sales_order_id, id);

-- Every push and callback, once.
create table inbox (
  id bigint generated always as identity primary key,
  source text not null,
  message_key text not null,
  received_at timestamptz not null,
  topic text not null,
  hint jsonb not null,
  copies integer not null default 1,
  handled_at timestamptz,
  unique (source, message_key)
);

create table sku_link (
  id bigint generated always as identity primary key,
  store text,
  sku text not null,
  position integer not null default 1,
  item_id text not null,
  sku_id text not null,
  quantity integer not null,
  price_fen bigint,
  updated_at timestamptz not null
);
create unique index sku_link_key on sku_link (sku, coalesce(store, ''), item_id, sku_id);

-- The account's orders as last listed: what adopts a lost purchase, and tells states.
create table agent_order (
  agent text not null,
  account text not null,
  agent_order_id text not null,
  order_no text not null,
  order_source text,
  seller_order_number text,
  created_at timestamptz,
  amount_fen bigint,
  status text,
  phase text not null,
  lines jsonb not null,
  digest text not null,
  read_began_at timestamptz not null,
  primary key (agent, account, agent_order_id)
);
create index agent_order_number on agent_order (agent, account, seller_order_number);

-- The newest listing of an account, and whether it is evidence.
create table agent_listing (
  agent text not null,
  account text not null,
  began_at timestamptz not null,
  from_at timestamptz not null,
  -- The period's end, by the agent's clock: a busy account is listed up to a moment ago.
  until_at timestamptz not null,
  trusted boolean not null,
  reason text,
  -- Whether it showed an order known to lie in its period; without one, absence proves nothing.
  live boolean not null,
  rows integer not null,
  pages integer not null,
  primary key (agent, account)
);

create table alert (
  id bigint generated always as identity primary key,
  code text not null,
  store text,
  sales_order_id bigint references sales_order (id),
  detail text not null,
  raised_at timestamptz not null,
  cleared_at timestamptz
);
create unique index alert_open on alert (code, coalesce(store, ''), coalesce(sales_order_id, 0)) where cleared_at is null;
`;
