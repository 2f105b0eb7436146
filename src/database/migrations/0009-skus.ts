/**
 * A link has no place of its own: a bundle's links are bought in the order of their ids, and an export
 * sorts. The place in the imported file made each link differ whose file was sorted anew.
 */
export const up = `
alter table sku_link drop column position;
`;
