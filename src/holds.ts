/** Every hold there is, by code: what happened, and what to do. The mapping's are in mappings/holds.ts. */
import { type HoldText, MAPPING_HOLDS } from '../mappings/holds.ts';

const SERVICE_HOLDS = {
  'number-reused': {
    title: 'The marketplace uses an order id again that stands for an older order here',
    remedy:
      "Handle the new order by hand: buy it in the agent's console and ship it in the seller centre. The older one is kept as it was. When that is done: ponbridge retry <order>.",
  },
  'listing-untrusted': {
    title: "The agent account's listing is not complete, so it proves nothing",
    remedy:
      'Nothing to do at first: the account is listed again by itself. If it stays and could not be listed at all, ask: ponbridge doctor. If orders are missing from the listing, ask the agent why.',
  },
  'purchase-ambiguous': {
    title: 'The agent has an order that may be this purchase',
    remedy:
      "Look at the order named here in the agent's console. If it is this purchase, link it with: ponbridge adopt <order> <agent order id>. If it is not, cancel it or give it a number, then: ponbridge retry <order>.",
  },
  'purchase-unsure': {
    title: "It was placed twice, and the agent's books show it neither time",
    remedy:
      "Look for the number in the agent's console. If it is there, wait: the next listing adopts it. If it is not: ponbridge retry <order> places it once more.",
  },
  'purchase-refused': {
    title: 'The agent refused the purchase',
    remedy: 'Read its code and message. When the cause is gone: ponbridge retry <order>.',
  },
  'purchase-closed': {
    title: 'The agent closed the purchase',
    remedy:
      "Look at its reason in the agent's console, then buy by hand or cancel the order at the marketplace.",
  },
  'line-refused': {
    title: 'The agent took the order but refused a line of it',
    remedy:
      'Nothing was paid. Check the source SKU: itemId must be the distribution id, not the public Taobao id. Cancel the purchase in the console and correct the link, or buy the line by hand.',
  },
  'lines-differ': {
    title: "The agent's order does not hold what was bought",
    remedy:
      "Nothing was paid. Compare the order with the plan (ponbridge order <order>) in the agent's console; pay it there if it is right, or cancel it there.",
  },
  'line-closed': {
    title: 'The agent closed a line of the purchase',
    remedy:
      "Look at its reason in the agent's console; buy the line by hand or cancel it at the marketplace.",
  },
  'agent-status-unknown': {
    title: 'The agent shows a status that this program does not know',
    remedy:
      "Look at the purchase in the agent's console. The hold clears when its status is a known one.",
  },
  'price-raised': {
    title: 'The agent asks more than was planned',
    remedy:
      "Pay it in the agent's console if you accept the price, or raise budget.drift, or cancel the purchase there.",
  },
  'payment-due': {
    title: 'The purchase waits to be paid by hand',
    remedy: "Pay it in the agent's console; the order then goes on by itself.",
  },
  'payment-refused': {
    title: 'The agent refused the payment',
    remedy: "Read its code and message; pay in the agent's console, or: ponbridge retry <order>.",
  },
  'payment-unknown': {
    title: 'It is not known whether the payment happened',
    remedy:
      "Look at the purchase in the agent's console and pay it there if it is unpaid. Ponbridge never pays a purchase a second time by itself.",
  },
  'daily-cap': {
    title: "The account's cap for the day is reached",
    remedy:
      "Raise purchase.dailyCap, pay in the agent's console, or wait for tomorrow (China time).",
  },
  'changed-after-purchase': {
    title: 'The order changed at the marketplace after it was bought',
    remedy:
      "Cancel or return what is not wanted any more in the agent's console, and ship the rest by hand.",
  },
  'cancellation-asked': {
    title: 'The buyer asks to cancel, after it was bought',
    remedy: 'Accept or refuse it in the seller centre; the order then goes on by itself.',
  },
  'cancelled-after-payment': {
    title: 'The order was cancelled at the marketplace after the purchase was paid',
    remedy:
      'Ask the agent for a refund in its console; when it shows the purchase as cancelled, this clears itself.',
  },
  'cancel-refused': {
    title: 'The agent refused to cancel the purchase',
    remedy: "Cancel it in the agent's console; when it shows as cancelled, this clears itself.",
  },
  'cancel-unknown': {
    title: 'The agent has not cancelled the purchase though it was asked to',
    remedy: "Cancel it in the agent's console; when it shows as cancelled, this clears itself.",
  },
  'ship-blocked': {
    title: 'The marketplace does not let the package be shipped yet',
    remedy: 'Read its reason; it is tried again by itself.',
  },
  'ship-refused': {
    title: 'The marketplace refused to ship the package',
    remedy:
      'Read its code and message, put the cause right in the seller centre; it is tried again by itself.',
  },
  'ship-unknown': {
    title: 'It is not known whether the marketplace took the shipping',
    remedy: 'Look at the package in the seller centre, and ship it there if it is not shipped.',
  },
  'number-wanted': {
    title: 'The package needs a tracking number from a person',
    remedy: 'Enter it with: ponbridge tracking <order> <number> [carrier].',
  },
  'grant-refused': {
    title: "The marketplace refused to renew the seller's consent",
    remedy: 'Connect the store again: ponbridge connect <store>.',
  },
  stuck: {
    title: 'A step kept failing',
    remedy: 'Read the error; when its cause is gone: ponbridge retry <order>.',
  },
} as const satisfies Record<string, HoldText>;

const ALL: Readonly<Record<string, HoldText>> = { ...MAPPING_HOLDS, ...SERVICE_HOLDS };

/** The texts of a hold code; a code of an older version still gets an honest answer. */
export function holdText(code: string): HoldText {
  return ALL[code] ?? { title: code, remedy: 'See the order: ponbridge order <order>.' };
}

export const HOLD_CODES = Object.keys(ALL);
