/**
 * What a purchasing agent must offer to be put to the battery: its real module against its simulator
 * over HTTP, and verbs for what happens in the world. Nothing in it moves by itself.
 * @module
 */
import type { Agent, AgentModule } from '../../connectors/agent.ts';
import type { Fault } from '../../connectors/sandbox.ts';
import type { Surroundings } from '../../connectors/surroundings.ts';

export type AgentDoor = 'place' | 'pay' | 'cancel' | 'list' | 'parcels';

/** An order in the simulator's books. */
export interface Bought {
  readonly agentOrderId: string;
  readonly orderNo: string;
  readonly orderSource: string | null;
  readonly sellerOrderNumber: string | null;
  readonly receiver: Readonly<Record<string, string>>;
  readonly amountFen: number;
  readonly timesPaid: number;
  readonly chargedFen: number;
  readonly cancelled: boolean;
  readonly cancelAttempts: number;
  readonly warehouseUpdates: readonly {
    readonly warehouseName: string;
    readonly warehouseAddress: string;
  }[];
  readonly lines: readonly {
    readonly itemId: string;
    readonly skuId: string;
    readonly quantity: number;
    readonly priceFen: number;
    /** Every id the simulator knows this line by. */
    readonly ids: readonly string[];
  }[];
}

export interface AgentTraits {
  /** How many orders one page of the listing holds, as connected. */
  readonly pageSize: number;
  /** An order id that nobody has. */
  readonly unknownOrder: string;
}

export interface AgentFixture {
  readonly module: AgentModule;
  connect(surroundings?: Surroundings): Agent;

  /** All orders of the account, oldest first. */
  books(): readonly Bought[];
  /** Bought by hand, so long ago. @returns its id */
  addManualOrder(agoMs?: number): string;
  /** Still being created: its amount is not final. */
  keepBuilding(on: boolean): void;
  /** From now on a line with this SKU is refused inside an accepted order. */
  refuseSku(skuId: string): void;
  send(agentOrderId: string): void;
  /** A further parcel of a line. @returns its number */
  addParcel(agentOrderId: string, skuId: string, carrier: string): string;
  /** The parcels of a line arrive. */
  arrive(agentOrderId: string, skuId: string): void;

  losePage(page: number): void;
  changeTotalWhilePaging(): void;
  ignorePeriods(): void;
  lagListing(ms: number): void;

  addFault(door: AgentDoor, fault: Fault, times?: number): void;
  calls(door: AgentDoor): number;
  stopServer(): Promise<void>;

  sendCallbacksTo(url: string): void;
  repeatCallbacks(): void;
  sendProbe(): Promise<void>;
  /** Happenings that the agent tells by callback. */
  readonly happenings: Readonly<Record<string, (agentOrderId: string, skuId: string) => void>>;
}

export interface AgentAdapter {
  readonly traits: AgentTraits;
  /** Started anew for each test, and stopped with it. */
  start(): Promise<AgentFixture>;
}
