/**
 * Consents under way: a link was given out, and the seller's browser is to come back with its state. Of
 * the state only a hash is kept: who reads the table cannot finish somebody's consent.
 */
export const up = `
create table consent (
  id bigint generated always as identity primary key,
  -- SHA-256 in hex of the random state.
  state_hash text not null unique,
  store text not null references store (name) on delete cascade,
  marketplace text not null,
  app text not null,
  -- Where the seller was to come back to.
  redirect text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- A state is good once.
  used_at timestamptz,
  outcome text check (outcome in ('connected', 'refused')),
  -- Why it was refused and what to do.
  reason text,
  -- What was connected: sentences for people.
  report jsonb
);

alter table "grant"
  -- The end that no renewal moves; refresh_expires_at is the refresh token's own.
  add column ends_at timestamptz,
  add column consented_at timestamptz;
-- Lazada's refresh token ends with the consent.
update "grant" set ends_at = refresh_expires_at where marketplace = 'lazada';
`;
