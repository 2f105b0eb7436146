/**
 * Alerts of accounts and grants too, one open alert per code and subject, and what makes their watches
 * cheap: each index holds live rows only, so that it stays small however many orders have ended.
 */
export const up = `
alter table alert
  add column agent_account text,
  add column grant_id bigint references "grant" (id) on delete cascade,
  -- An order's alert keeps the order's store beside it, so the narrowest names the subject.
  add column subject text not null generated always as (coalesce(
    'order ' || sales_order_id::text, 'grant ' || grant_id::text, 'account ' || agent_account,
    'store ' || store, '')) stored;
drop index alert_open;
create unique index alert_open on alert (code, subject) where cleared_at is null;
create index alert_order on alert (sales_order_id) where sales_order_id is not null;
create index alert_cleared on alert (cleared_at) where cleared_at is not null;

-- When the watches last looked, and since when they look without a pause; one row.
create table watch (
  one boolean primary key default true check (one),
  looked_at timestamptz not null,
  resumed_at timestamptz not null
);

alter table purchase_line add column untracked_since timestamptz;
update purchase_line set untracked_since = coalesce(purchase.sent_at, purchase.paid_at, now())
from purchase
where purchase.id = purchase_line.purchase_id and purchase_line.state = 'sent'
  and not exists (select from parcel where parcel.purchase_id = purchase.id
    and parcel.sub_purchase_order_id = purchase_line.sub_purchase_order_id);
create index purchase_line_untracked on purchase_line (untracked_since) where untracked_since is not null;
create index purchase_unpaid on purchase (placed_at) where state = 'placed';
create index purchase_unsent on purchase (paid_at) where state = 'paid';
create index sales_order_ship_by on sales_order (ship_by)
  where ship_by is not null and state not in ('done', 'cancelled', 'ignored');
create index attempt_unsettled on attempt (settle_at) where closed_at is null;
create index hold_open on hold (code) where cleared_at is null;
`;
