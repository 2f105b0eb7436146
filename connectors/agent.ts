/**
 * The port every purchasing agent implements. An `Agent` speaks for one agent account (one login).
 *
 * Amounts are integers in fen (CNY); ids are strings; times are instants. No agent known offers an
 * idempotency key, so `place`, `pay` and `cancel` are spending calls under the intent rule
 * (docs/architecture.md).
 * @module
 */
import type { z } from 'zod';
import type { SendWindow } from './call.ts';
import type { Credential } from './credential.ts';
import type { AgentDoctor } from './question.ts';
import type { Surroundings } from './surroundings.ts';

/** One line to buy. */
export interface DraftLine {
  /** Unique within the order, from 1, unless the store says `lineNumbers: same`. */
  readonly orderLineNo: string;
  readonly itemId: string;
  readonly skuId: string;
  readonly quantity: number;
  /** One unit, in fen. */
  readonly priceFen: number;
}

/** Where the supplier sends the goods. All text; absent parts are empty. */
export interface Receiver {
  readonly name: string;
  readonly phone: string;
  readonly mobilePhone: string;
  readonly country: string;
  readonly state: string;
  readonly city: string;
  readonly district: string;
  readonly address: string;
  readonly zip: string;
}

/** What is to be bought, before it is put in the agent's words. */
export interface PurchaseDraft {
  readonly orderSource: string;
  readonly sellerOrderNumber: string;
  readonly lines: readonly DraftLine[];
  readonly receiver: Receiver;
  /** Sum of price x quantity, in fen. */
  readonly purchaseAmountFen: number;
}

/**
 * An order's state in the agent's own enumeration, reduced to what the flow needs.
 * - `building`: being created; the amount is not final
 * - `unpaid`: waits for payment
 * - `paid`: paid, in whichever step of the agent's finance
 * - `refused`: the agent's finance refused the payment
 * - `sent`: the goods left the supplier
 * - `cancelled`
 * - `unknown`: a code not in the list, kept as it came
 */
export type AgentOrderPhase =
  | 'building'
  | 'unpaid'
  | 'paid'
  | 'refused'
  | 'sent'
  | 'cancelled'
  | 'unknown';

export interface AgentOrderLine {
  /** The agent's id of the line, where it says one. */
  readonly subOrderId: string | undefined;
  /** The id that logistics are asked by (`subPurchaseOrderId`); appears some time after placing. */
  readonly subPurchaseOrderId: string | undefined;
  readonly itemId: string | undefined;
  readonly skuId: string | undefined;
  readonly quantity: number;
  /** The upstream status word, e.g. `BULIDING`, `WAIT_BUYER_P`; undefined when none is given. */
  readonly status: string | undefined;
  readonly phase: AgentOrderPhase | undefined;
  readonly closed: boolean;
  /** Set when the agent refused this line inside an accepted order. */
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

/** An order as the agent's books show it. */
export interface AgentOrder {
  readonly agentOrderId: string;
  readonly orderNo: string;
  readonly orderSource: string | undefined;
  readonly sellerOrderNumber: string | undefined;
  readonly createdAt: Date | undefined;
  /** The whole amount in fen; 0 and undefined both mean "not known yet". */
  readonly amountFen: number | undefined;
  /** The agent's own status code. */
  readonly status: string | undefined;
  readonly phase: AgentOrderPhase;
  readonly lines: readonly AgentOrderLine[];
}

/** A listing of the account's orders created in a period, with what makes it evidence. */
export interface AgentListing {
  readonly orders: readonly AgentOrder[];
  /** When the first page was asked for. */
  readonly beganAt: Date;
  readonly from: Date;
  readonly until: Date;
  /** Unique rows of all pages = `total`, and `total` stayed the same from first to last page. */
  readonly complete: boolean;
  /** For people: why it is not complete. */
  readonly incompleteReason: string | undefined;
  readonly pages: number;
}

/** What a supplier sent. */
export interface Parcel {
  readonly subPurchaseOrderId: string;
  readonly trackingNumber: string;
  readonly carrier: string | undefined;
  readonly status: string | undefined;
  /** When the newest trace was made, and its text. */
  readonly lastTraceAt: Date | undefined;
  readonly lastTrace: string | undefined;
  /** A trace says that the parcel arrived at its receiver. */
  readonly delivered: boolean;
}

/** A message of the agent, reduced to the ids it names. It changes nothing by itself. */
export interface AgentHint {
  readonly messageType: string;
  /** Every id found in the body: order ids, order numbers, line ids. */
  readonly ids: readonly string[];
  /** Stable for repeats of the same message. */
  readonly messageKey: string;
}

export interface Agent {
  readonly name: string;
  /** The request body of a placing, to the letter. Pure; this is what `plan` shows. */
  placeBody(draft: PurchaseDraft): unknown;
  /** Spending call. `body` is what `placeBody` made, frozen in the attempt. */
  place(body: unknown, window: SendWindow): Promise<AgentOrder>;
  /** All orders created in a period: every page, no status filter. */
  list(period: { readonly from: Date; readonly until: Date }): Promise<AgentListing>;
  /** One order by its id; undefined when the agent does not know it. */
  read(agentOrderId: string): Promise<AgentOrder | undefined>;
  /** Spending call. */
  pay(
    order: { readonly agentOrderId: string; readonly orderNo: string },
    window: SendWindow,
  ): Promise<void>;
  /** Spending call. */
  cancel(
    order: { readonly agentOrderId: string; readonly orderNo: string },
    window: SendWindow,
  ): Promise<void>;
  /** Parcels of one line; empty while there is no number. */
  parcels(subPurchaseOrderId: string): Promise<readonly Parcel[]>;
  /** Tells the warehouse what to write on the parcel (`POST /open/order/updateWarehouse`). Repeatable. */
  updateWarehouse(order: {
    readonly agentOrderId: string;
    readonly warehouseName: string;
    readonly warehouseAddress: string;
  }): Promise<void>;
}

/** Reads a callback body. @throws {Error} saying what is wrong with it. */
export type ReadAgentCallback = (rawBody: Buffer) => AgentHint;

export interface AccountIdentity {
  /** Equal: the same login. */
  readonly login: string;
  /** Equal: orders of both stand in the same books, so that their numbers must differ. */
  readonly books: string;
}

/** What an agent's folder exports, and the registry lists. `Account` is one entry of `accounts`. */
export interface AgentModule<Account = unknown> {
  readonly name: string;
  readonly title: string;
  readonly accountSchema: z.ZodType<Account>;
  /** What tells two entries apart that may be one account under two names. */
  identity(account: Account): AccountIdentity;
  /** What of an account its console gives: asked for when the account is set up. */
  readonly credentials: readonly Credential[];
  connect(account: Account, surroundings?: Surroundings): Agent;
  readonly readCallback: ReadAgentCallback;
  /** What `ponbridge doctor` asks of its accounts. */
  readonly doctor: AgentDoctor<Account>;
}
