/** What only traffic can tell of the set-up, counted where it happens; the doctor reads it. */
export const up = `
create table noted (
  -- 'push-verified', 'push-refused', ...
  fact text not null,
  -- 'lazada/main': the app or account it is about.
  subject text not null,
  times bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (fact, subject)
);
`;
