/** A person's word to try again is no yes to the plan: it has its own time, beside approved_at. */
export const up = `
alter table sales_order add column retried_at timestamptz;
`;
