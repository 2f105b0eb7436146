/** A day's placings and payments of an account are summed for its cap: among a million attempts. */
export const up = `
create index attempt_spending on attempt (system, credentials, signed_at) where kind in ('place', 'pay');
`;
