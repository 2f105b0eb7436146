/** When a marketplace refused to renew a consent: it is asked again only after a while. */
export const up = `
alter table "grant" add column refused_at timestamptz;
`;
