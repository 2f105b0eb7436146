/** What each alert means and what a person does about it. Alerts stop nothing; holds do (holds.ts). */

export interface AlertText {
  readonly title: string;
  readonly remedy: string;
}

export const ALERT_TEXTS = {
  'no-pull': {
    title: 'The store has not been pulled with success for too long',
    remedy:
      'Read the error. If the store is not connected, or its consent was refused: ponbridge connect <store>. ponbridge pull <store> tries at once. Nothing is lost meanwhile: the next pull that works begins where the last one ended.',
  },
  unread: {
    title: 'Orders of the store cannot be read, so they are not bought',
    remedy:
      'Handle them in the seller centre, and report the error. They are asked for with every pull, and go on by themselves once they can be read.',
  },
  unpaid: {
    title: 'Placed at the agent, and not paid for too long',
    remedy:
      "See what it waits for: ponbridge order <order>. Pay it in the agent's console, or cancel it there: suppliers close what stays unpaid.",
  },
  unsent: {
    title: 'Paid, and not sent by the suppliers for too long',
    remedy:
      "Ask the agent where the goods are. If they do not come, ask for a refund in the agent's console and settle the order at the marketplace.",
  },
  untracked: {
    title: 'Sent, and without a tracking number for too long',
    remedy:
      "Look for the number in the agent's console, or ask the agent. A number the marketplace is to be told can be entered with: ponbridge tracking <order> <number> [carrier].",
  },
  'attempt-open': {
    title: 'It is still not known whether a call that spends or promises something was taken',
    remedy:
      "Read its holds: ponbridge order <order>. Look in the agent's console or the seller centre whether it happened; ponbridge retry <order> looks again and sends nothing twice.",
  },
  'ship-by-near': {
    title: 'The marketplace wants it shipped soon, and it is not',
    remedy: 'See what it waits for: ponbridge order <order>. Hurry it up, or ship it by hand.',
  },
  'held-long': {
    title: 'Held for too long, and the marketplace names no date that would warn of it',
    remedy: 'Read the hold and its remedy: ponbridge order <order>.',
  },
  'no-listing': {
    title: 'The agent account has not been listed for too long, though purchases are on their way',
    remedy:
      "Is the agent reachable, and are the account's keys right? Until it is listed, no payment, no sending and no lost purchase on it is noticed.",
  },
  'grant-ending': {
    title: "The seller's consent ends soon, and no renewal moves that",
    remedy: 'Connect the store again before: ponbridge connect <store>.',
  },
} as const satisfies Record<string, AlertText>;

export type AlertCode = keyof typeof ALERT_TEXTS;

export const ALERT_CODES = Object.keys(ALERT_TEXTS) as AlertCode[];

/** The texts of an alert code; a code of another version still gets an honest answer. */
export function alertText(code: string): AlertText {
  const known: Readonly<Record<string, AlertText>> = ALERT_TEXTS;
  return known[code] ?? { title: code, remedy: 'Read its detail.' };
}
