/** When each store and each agent account was last compared with the outside, and what was found. */
export const up = `
create table reconciliation (
  kind text not null check (kind in ('store', 'account')),
  -- A store's name, or an account as 'pandapon/main'.
  name text not null,
  -- Until the first comparison the clock counts from here.
  known_since timestamptz not null,
  began_at timestamptz,
  ended_at timestamptz,
  days integer,
  compared integer not null default 0,
  fresh integer not null default 0,
  by_hand integer not null default 0,
  skipped text,
  repaired integer not null default 0,
  -- Left for a person.
  remaining integer not null default 0,
  -- At most 1,000, those for a person first.
  differences jsonb not null default '[]',
  primary key (kind, name)
);
`;
