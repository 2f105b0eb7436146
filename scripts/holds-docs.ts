/** docs/holds.md, from the texts that the program itself shows. */
import { MAPPING_HOLDS } from '../mappings/holds.ts';
import { HOLD_CODES, holdText } from '../src/holds.ts';

export function renderHolds(): string {
  const mapping = HOLD_CODES.filter((code) => code in MAPPING_HOLDS);
  const service = HOLD_CODES.filter((code) => !(code in MAPPING_HOLDS));
  return `<!-- Made by scripts/holds-docs.ts from mappings/holds.ts and src/holds.ts. Do not edit: npm run generate -->
# Holds

A hold is a named reason why an order is not bought, paid or shipped yet. It stands in front of a person with what
happened and what to do. It clears itself when its cause is gone; where a person's word is needed, the remedy says so. \`ponbridge holds\` lists what is open,
\`ponbridge order <order>\` shows one order with its holds and its history. In the table, \`<order>\` is the order's
number.

Two kinds stand not at an order but at something many orders share: \`listing-untrusted\` may be raised for an agent
account, \`grant-refused\` is raised for a seller's consent.

## Before anything is bought

Raised by the mapping. Nothing has been promised to anybody.

${table(mapping)}
## From the purchase on

Raised by the stages that buy, pay, follow, ship and cancel.

${table(service)}`;
}

function table(codes: readonly string[]): string {
  const rows = [...codes].sort().map((code) => {
    const { title, remedy } = holdText(code);
    return `| \`${code}\` | ${cell(title)} | ${cell(remedy)} |\n`;
  });
  return `| code | what happened | what to do |\n|---|---|---|\n${rows.join('')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
