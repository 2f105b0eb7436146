/** Our own rows, as the promises are checked against them. */
import { sql } from 'kysely';
import type {
  AttemptKind,
  AttemptOutcome,
  PackageState,
  PurchaseState,
  SalesOrderState,
} from '../../src/database/schema.ts';
import type { Real } from './real.ts';

export interface Rows {
  readonly orders: readonly OrderRow[];
  readonly purchases: readonly PurchaseRow[];
  readonly packages: readonly PackageRow[];
  readonly attempts: readonly AttemptRow[];
  readonly holds: readonly HoldRow[];
  readonly told: readonly {
    readonly order: number;
    readonly kind: string;
    readonly code: string;
  }[];
}

export interface OrderRow {
  readonly id: number;
  readonly store: string;
  readonly order_id: string;
  readonly state: SalesOrderState;
  readonly state_reason: string | null;
  readonly due_at: string | null;
  readonly awaits: string | null;
  readonly ended_at: string | null;
  readonly tries: number;
  readonly source_updated_at: string;
}

export interface PurchaseRow {
  readonly id: number;
  readonly sales_order_id: number;
  readonly state: PurchaseState;
  readonly agent_order_id: string | null;
}

interface PackageRow {
  readonly id: number;
  readonly sales_order_id: number;
  readonly state: PackageState;
  readonly steps_done: readonly string[];
  readonly told_number: string | null;
}

export interface AttemptRow {
  readonly id: number;
  readonly kind: AttemptKind;
  readonly sales_order_id: number;
  readonly purchase_id: number | null;
  readonly package_id: number | null;
  readonly address: string;
  readonly outcome: AttemptOutcome | null;
  readonly error_code: string | null;
}

export interface HoldRow {
  readonly id: number;
  readonly sales_order_id: number | null;
  readonly stage: string;
  readonly code: string;
  readonly detail: string;
  readonly open: boolean;
}

export async function readRows(real: Real): Promise<Rows> {
  const { rows } = await sql<Rows>`
    select
      ${all('id, store, order_id, state, state_reason, due_at, awaits, ended_at, tries, source_updated_at', 'sales_order')} as orders,
      ${all('id, sales_order_id, state, agent_order_id', 'purchase')} as purchases,
      ${all('id, sales_order_id, state, steps_done, told_number', 'package')} as packages,
      ${all('id, kind, sales_order_id, purchase_id, package_id, address, outcome, error_code', 'attempt')} as attempts,
      ${all('id, sales_order_id, stage, code, detail, cleared_at is null as open', 'hold')} as holds,
      ${all("id, sales_order_id as order, kind, detail ->> 'code' as code", "event where kind in ('held', 'hold-cleared')")} as told
    `.execute(real.db);
  const [row] = rows;
  if (!row) throw new Error('no rows');
  return row;
}

function all(columns: string, from: string) {
  return sql`(select coalesce(json_agg(x order by x.id), '[]') from (select ${sql.raw(columns)} from ${sql.raw(from)}) x)`;
}
