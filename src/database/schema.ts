/** The tables' types; migrations/ has the SQL and the reasons. `bigint` columns arrive as text. */
import type { ColumnType, Generated } from 'kysely';
import type { AgentOrderLine, AgentOrderPhase, PurchaseDraft } from '../../connectors/agent.ts';
import type {
  BuyerAddress,
  LinePhase,
  NumberOwner,
  SalesOrder,
  ShipStep,
} from '../../connectors/marketplace.ts';
import type { ReloadAnswer } from '../live/live-settings.ts';
import type { Difference } from '../reconcile/difference.ts';

type Id = Generated<string>;
type Fen = ColumnType<string, number | string, number | string>;
type OptionalFen = ColumnType<
  string | null,
  number | string | null | undefined,
  number | string | null
>;
/** Written as JSON text, read parsed. */
type Json<T> = ColumnType<T, string, string>;

export type SalesOrderState =
  | 'pulled'
  | 'planned'
  | 'held'
  | 'waiting'
  | 'open'
  | 'done'
  | 'cancelling'
  | 'cancelled'
  | 'ignored';
export type PurchaseState =
  | 'placing'
  | 'placed'
  | 'paying'
  | 'paid'
  | 'sent'
  | 'cancelling'
  | 'cancelled';
export type PackageState =
  | 'waiting'
  | 'shipping'
  | 'shipped'
  | 'delivered'
  | 'cancelled'
  | 'ignored';
export type AttemptKind = 'place' | 'pay' | 'ship' | 'cancel';
export type AttemptOutcome = 'succeeded' | 'adopted' | 'refused' | 'not-sent' | 'absent';

/** A draft without its receiver, who can be the buyer: that stands in the attempt's sealed payload. */
export type DraftKept = Omit<PurchaseDraft, 'receiver'>;
/** A sales order as stored: dates as text, the buyer kept apart. */
export type OrderDocument = Omit<SalesOrder, 'buyer'>;
export type { BuyerAddress };

export interface StoreTable {
  name: string;
  marketplace: string;
  country: string;
  seller_id: string;
  state: Generated<string>;
  first_seen_at: Generated<Date>;
  /** When a person took it out of service; its orders stay. */
  removed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** Milliseconds, as text; null before it was first read by this version. */
  retention_ms: ColumnType<string | null, number | null | undefined, number | null>;
  settings: ColumnType<unknown, string | null | undefined, string | null>;
}

export interface GrantTable {
  id: Id;
  marketplace: string;
  app: string;
  subject: string;
  tokens: string;
  access_expires_at: Date;
  /** The refresh token's own end. */
  refresh_expires_at: Date | null;
  /** The end of the consent, which no renewal moves; null when the marketplace does not state it. */
  ends_at: Date | null;
  /** When the seller gave it; null for those from before it was written down. */
  consented_at: Date | null;
  /** Goes up with each new pair. */
  version: Generated<number>;
  renewed_at: Date;
  /** When the marketplace refused to renew it; null once it has a new pair. */
  refused_at: Date | null;
}

export interface GrantShopTable {
  marketplace: string;
  country: string;
  seller_id: string;
  grant_id: string;
}

export interface ConsentTable {
  id: Id;
  state_hash: string;
  store: string;
  marketplace: string;
  app: string;
  redirect: string;
  created_at: Date;
  expires_at: Date;
  used_at: Date | null;
  outcome: 'connected' | 'refused' | null;
  reason: string | null;
  report: ColumnType<string[] | null, string | null | undefined, string | null>;
}

export interface CursorTable {
  store: string;
  covered_until: Date;
  last_success_at: Date | null;
  last_failure_at: Date | null;
  last_error: string | null;
}

export interface UnreadOrderTable {
  store: string;
  order_id: string;
  kind: 'broken' | 'missing';
  error: string;
  tries: Generated<number>;
  first_seen_at: Date;
  last_tried_at: Date;
}

export interface SalesOrderTable {
  id: Id;
  store: string;
  order_id: string;
  order_number: string;
  state: SalesOrderState;
  state_reason: string | null;
  due_at: Date | null;
  awaits: string | null;
  buyable_at: Date | null;
  /** A person's yes to the plan as it stands; another plan takes it away. */
  approved_at: Date | null;
  /** A person's last word to try again what was refused or came to nothing. */
  retried_at: Date | null;
  tries: Generated<number>;
  source_created_at: Date;
  source_updated_at: Date;
  read_began_at: Date;
  digest: string;
  currency: string;
  total: string;
  ship_by: Date | null;
  plan_digest: string | null;
  document: Json<unknown>;
  buyer: string | null;
  first_seen_at: Date;
  ended_at: Date | null;
}

export interface SalesLineTable {
  id: Id;
  sales_order_id: string;
  line_id: string;
  sku: string | null;
  name: string;
  quantity: number;
  unit_price: string;
  status: string;
  phase: LinePhase;
  state: Generated<'open' | 'ignored' | 'cancelled'>;
  state_reason: string | null;
}

export interface PurchaseTable {
  id: Id;
  sales_order_id: string;
  agent: string;
  account: string;
  channel: Generated<string>;
  part: Generated<number>;
  state: PurchaseState;
  order_source: string;
  seller_order_number: string;
  draft: Json<DraftKept>;
  planned_fen: Fen;
  buyer_digest: string | null;
  agent_order_id: string | null;
  order_no: string | null;
  agent_status: string | null;
  agent_fen: OptionalFen;
  agent_digest: string | null;
  read_began_at: Date | null;
  placed_at: Date | null;
  paid_at: Date | null;
  sent_at: Date | null;
  received_at: Date | null;
  created_at: Date;
}

export interface PurchaseLineTable {
  id: Id;
  purchase_id: string;
  line_no: string;
  item_id: string;
  sku_id: string;
  quantity: number;
  price_fen: Fen;
  state: Generated<'placing' | 'accepted' | 'refused' | 'sent' | 'cancelled'>;
  sub_order_id: string | null;
  sub_purchase_order_id: string | null;
  status: string | null;
  error: string | null;
  /** Since when it is sent without a tracking number; null before, and once it has one. */
  untracked_since: Date | null;
}

export interface AllocationTable {
  sales_line_id: string;
  purchase_line_id: string;
  quantity: number;
  units: number;
}

export interface PackageTable {
  id: Id;
  sales_order_id: string;
  package_id: string | null;
  lines: Json<{ lineId: string; quantity: number }[]>;
  state: PackageState;
  number_owner: NumberOwner;
  owner_reason: string;
  next_step: ShipStep | null;
  steps_done: Generated<string[]>;
  tracking_number: string | null;
  carrier: string | null;
  told_number: string | null;
  ship_by: Date | null;
  shipped_at: Date | null;
  warehouse_told_at: Date | null;
}

export interface LabelTable {
  package_id: string;
  content_type: string;
  sealed: string;
  fetched_at: Date;
}

export interface AttemptTable {
  id: Id;
  kind: AttemptKind;
  sales_order_id: string;
  purchase_id: string | null;
  package_id: string | null;
  number: Generated<number>;
  system: string;
  credentials: string;
  address: string;
  generation: string | null;
  /** The exact body of the call, sealed. */
  payload: string;
  step: string | null;
  amount_fen: OptionalFen;
  signed_at: Date;
  send_before: Date;
  settle_at: Date;
  unknown_at: Date | null;
  error_code: string | null;
  error: string | null;
  request_id: string | null;
  looks: Generated<number>;
  outcome: AttemptOutcome | null;
  closed_at: Date | null;
}

export interface SpendTable {
  agent: string;
  account: string;
  day: string;
  reserved_fen: Fen;
}

export interface ParcelTable {
  id: Id;
  purchase_id: string;
  sub_purchase_order_id: string;
  tracking_number: string;
  carrier: string | null;
  status: string | null;
  last_trace_at: Date | null;
  delivered: Generated<boolean>;
  first_seen_at: Date;
}

export interface HoldTable {
  id: Id;
  sales_order_id: string | null;
  store: string | null;
  agent_account: string | null;
  grant_id: string | null;
  stage: string;
  code: string;
  detail: string;
  raised_at: Date;
  cleared_at: Date | null;
  cleared_by: string | null;
}

export interface EventTable {
  id: Id;
  sales_order_id: string;
  at: Date;
  actor: string;
  kind: string;
  detail: Json<Record<string, unknown>>;
}

export interface InboxTable {
  id: Id;
  source: string;
  message_key: string;
  received_at: Date;
  topic: string;
  hint: Json<unknown>;
  copies: Generated<number>;
  handled_at: Date | null;
}

export interface SkuLinkTable {
  id: Id;
  store: string | null;
  sku: string;
  item_id: string;
  sku_id: string;
  quantity: number;
  price_fen: OptionalFen;
  updated_at: Date;
}

export interface AgentOrderTable {
  agent: string;
  account: string;
  agent_order_id: string;
  order_no: string;
  order_source: string | null;
  seller_order_number: string | null;
  created_at: Date | null;
  amount_fen: OptionalFen;
  status: string | null;
  phase: AgentOrderPhase;
  lines: Json<AgentOrderLine[]>;
  digest: string;
  read_began_at: Date;
}

export interface AgentListingTable {
  agent: string;
  account: string;
  began_at: Date;
  from_at: Date;
  until_at: Date;
  trusted: boolean;
  reason: string | null;
  live: boolean;
  rows: number;
  pages: number;
}

export interface AlertTable {
  id: Id;
  code: string;
  store: string | null;
  sales_order_id: string | null;
  agent_account: string | null;
  grant_id: string | null;
  /** What it is about, as one text; made by the database. */
  subject: ColumnType<string, never, never>;
  detail: string;
  raised_at: Date;
  cleared_at: Date | null;
}

export interface WatchTable {
  one: Generated<boolean>;
  looked_at: Date;
  resumed_at: Date;
}

export interface ReconciliationTable {
  kind: 'store' | 'account';
  name: string;
  known_since: Date;
  began_at: Date | null;
  ended_at: Date | null;
  days: number | null;
  compared: Generated<number>;
  fresh: Generated<number>;
  by_hand: Generated<number>;
  skipped: string | null;
  repaired: Generated<number>;
  remaining: Generated<number>;
  differences: Json<Difference[]>;
}

export interface ProcessTable {
  id: string;
  role: string;
  host: string;
  pid: number;
  started_at: Date;
  seen_at: Date;
  digest: string;
  loaded_at: Date;
  answered: Generated<string>;
  answer: ColumnType<ReloadAnswer | null, string | null | undefined, string | null>;
  last_error: string | null;
}

export interface ReloadTable {
  id: Id;
  asked_at: Generated<Date>;
}

/** Facts about the set-up that only traffic tells. */
export interface NotedTable {
  fact: string;
  subject: string;
  times: ColumnType<string, number, number>;
  first_at: Date;
  last_at: Date;
}

export interface Tables {
  noted: NotedTable;
  process: ProcessTable;
  reload: ReloadTable;
  store: StoreTable;
  grant: GrantTable;
  grant_shop: GrantShopTable;
  consent: ConsentTable;
  cursor: CursorTable;
  unread_order: UnreadOrderTable;
  sales_order: SalesOrderTable;
  sales_line: SalesLineTable;
  purchase: PurchaseTable;
  purchase_line: PurchaseLineTable;
  allocation: AllocationTable;
  package: PackageTable;
  label: LabelTable;
  attempt: AttemptTable;
  spend: SpendTable;
  parcel: ParcelTable;
  hold: HoldTable;
  event: EventTable;
  inbox: InboxTable;
  sku_link: SkuLinkTable;
  agent_order: AgentOrderTable;
  agent_listing: AgentListingTable;
  alert: AlertTable;
  reconciliation: ReconciliationTable;
  watch: WatchTable;
}
