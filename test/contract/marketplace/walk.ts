/** The write-back as the service does it: read, prepare, ship, until nothing is left to promise. */
import type {
  Marketplace,
  NextStep,
  OwnTracking,
  Package,
  SalesOrder,
  ShipRequest,
  ShipResult,
} from '../../../connectors/marketplace.ts';
import { openWindow } from '../faults.ts';
import type { MarketplaceFixture } from '../marketplace-fixture.ts';

export const OWN: OwnTracking = { trackingNumber: 'YT7788990011223', carrier: 'YTO' };

/** No marketplace has as many steps for one package. */
const MOST_STEPS = 6;

export interface Walked {
  readonly steps: readonly NextStep[];
  readonly results: readonly ShipResult[];
  readonly order: SalesOrder;
  readonly packages: readonly Package[];
}

/** Walks all packages of an order; stops before `before` falls due. */
export async function walk(
  fixture: MarketplaceFixture,
  orderId: string,
  before?: NextStep,
): Promise<Walked> {
  const store = fixture.connect();
  const steps: NextStep[] = [];
  const results: ShipResult[] = [];
  for (;;) {
    const { order, packages } = await look(store, orderId);
    const due = packages.find((pkg) => pkg.next && !isTold(pkg, steps) && pkg.next !== before);
    if (!due?.next) return { steps, results, order, packages };
    if (due.blocked !== undefined) throw new Error(`blocked: ${due.blocked}`);
    if (steps.length > MOST_STEPS) throw new Error(`no end: ${steps.join(', ')}`);
    const own = due.needsNumber ? OWN : undefined;
    results.push(await store.ship(await store.prepareShip(order, due, own), openWindow()));
    steps.push(due.next);
  }
}

/** That a number was told cannot be read back: its caller remembers (the port says so of Lazada). */
function isTold(pkg: Package, steps: readonly NextStep[]): boolean {
  return pkg.next === 'tell-number' && steps.includes('tell-number');
}

export async function look(
  store: Marketplace,
  orderId: string,
): Promise<{ readonly order: SalesOrder; readonly packages: readonly Package[] }> {
  const { orders } = await store.readOrders([orderId]);
  const [order] = orders;
  if (!order) throw new Error(`order ${orderId} cannot be read`);
  return { order, packages: await store.readPackages(order) };
}

/** The request of a step that has become due, after all steps before it. */
export async function dueRequest(
  fixture: MarketplaceFixture,
  orderId: string,
  step: NextStep,
): Promise<ShipRequest> {
  const { order, packages } = await walk(fixture, orderId, step);
  const due = packages.find((pkg) => pkg.next === step);
  if (!due) throw new Error(`${step} does not fall due`);
  const own = due.needsNumber ? OWN : undefined;
  const request = await fixture.connect().prepareShip(order, due, own);
  // As it lies in the attempt's row: plain JSON.
  return JSON.parse(JSON.stringify(request)) as ShipRequest;
}
