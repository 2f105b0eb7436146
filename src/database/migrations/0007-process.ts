/**
 * The running processes and what they were asked, and a store's life after its file: buyers' data is
 * erased, and what was bought is followed, by what the row keeps.
 */
export const up = `
create table process (
  id uuid primary key,
  role text not null,
  host text not null,
  pid integer not null,
  started_at timestamptz not null,
  -- By the database's clock: the machines' may differ.
  seen_at timestamptz not null,
  -- Of the settings in force.
  digest text not null,
  loaded_at timestamptz not null,
  -- The newest request it has answered, and how.
  answered bigint not null default 0,
  answer jsonb,
  -- Why the settings it was to read last were refused; null when they were taken.
  last_error text
);

-- Wishes that every process reads its settings again. Processes look here, so that none can be missed.
create table reload (
  id bigint generated always as identity primary key,
  asked_at timestamptz not null default now()
);

alter table store
  add column removed_at timestamptz,
  add column retention_ms bigint,
  -- As last in force: a store whose file is gone goes on with them for what is bought already.
  add column settings jsonb;
`;
