/** docs/alerts.md, from the texts that the program itself shows. */
import { ALERT_TEXTS, type AlertCode } from '../src/alerts/texts.ts';

/** When each is raised: a code without its line here does not compile. */
const RAISED: Readonly<Record<AlertCode, string>> = {
  'no-pull':
    'no pull of the store has ended well for `alerts.noPull`; a store that never was pulled counts from when it was first seen. Not for a paused store, and not with `PONBRIDGE_POLLING=off`',
  unread: 'an order was listed and could not be read for `alerts.unread`; one alert per store',
  unpaid: 'placed and not paid for `alerts.unpaid`',
  unsent: 'paid, and at least one line not sent for `alerts.unsent`',
  untracked: 'a line was seen as sent, and has no number after `alerts.untracked`',
  'attempt-open':
    'a placing, payment, shipping or cancelling has no known result some minutes after its settle time (10.5 with the default timings)',
  'ship-by-near': 'not shipped, and the ship-by date is nearer than `ship.margin`',
  'held-long': 'held for `alerts.held`, and the marketplace states no ship-by date',
  'no-listing':
    'an agent account with purchases on their way was not listed for `alerts.noListing` (in `ponbridge.yaml`). Not with `PONBRIDGE_POLLING=off`',
  'grant-ending':
    "a seller's consent ends for good within `alerts.grantEnding` (in `ponbridge.yaml`)",
};

export function renderAlerts(): string {
  const rows = Object.entries(ALERT_TEXTS).map(([code, { title, remedy }]) => {
    const cells = [`\`${code}\``, title, RAISED[code as AlertCode], remedy];
    return `| ${cells.map(cell).join(' | ')} |\n`;
  });
  return `<!-- Made by scripts/alerts-docs.ts from src/alerts/texts.ts. Do not edit: npm run generate -->
# Alerts

An alert says that something which should have happened by now has not. It stops nothing (a [hold](holds.md) does), is
raised once, and ends by itself when its cause is gone. \`ponbridge alerts\` lists what stands, \`--all\` also what ended
in the last 7 days; [operating](operating.md#alerts) says how to be told. The times are settings of the store's file
unless said otherwise. Alerts about orders end with the order.

| code | what | raised when | what to do |
|---|---|---|---|
${rows.join('')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
