/**
 * What Shopee wants shipped together, as read now.
 *
 * Cost in calls: none for an order that is not ours or has only finished packages; one
 * `get_package_detail` for all packages that the order shows as READY (only it says whether they have
 * been arranged since); one `get_shipping_parameter` for each package still to be arranged; one
 * `get_tracking_number` for each that is arranged or shipped.
 * @module
 */
import { Rejected } from '../errors.ts';
import type { Package, PackagePhase, SalesOrder } from '../marketplace.ts';
import { type ArrangePlan, planArrange } from './arrange.ts';
import { getPackageDetail, getShippingParameter, getTrackingNumber } from './client/sdk.gen.ts';
import type { PackageDetail } from './client/types.gen.ts';
import { APP_CODES } from './codes.ts';
import type { Connection } from './connection.ts';
import type { PackageFacts, ShopeeFacts, ShopeeOrder } from './order.ts';
import { readOrders } from './orders.ts';
import { canBeArranged, packagePhase } from './phases.ts';
import type { ShopeeOptions } from './settings.ts';
import { instant, text, textOrDash } from './wire.ts';

const DETAIL_BATCH = 50;

/** A package together with what the next step needs, so that it is not read twice. */
export interface ShopeePackage extends Package {
  readonly shopee: {
    /** Only packages of split orders are named in calls. */
    readonly split: boolean;
    readonly plan: ArrangePlan | undefined;
  };
}

/** @see Marketplace.readPackages */
export async function readPackages(
  connection: Connection,
  options: ShopeeOptions,
  order: SalesOrder,
): Promise<readonly ShopeePackage[]> {
  const facts = await factsOf(connection, order);
  const ours = order.notOurs === undefined;
  const details = ours ? await readDetails(connection, facts) : new Map<string, PackageDetail>();
  const packages: ShopeePackage[] = [];
  for (const pkg of facts.packages) {
    const base = basePackage(order, facts, pkg, details.get(pkg.packageNumber));
    packages.push(ours ? await complete(connection, options, order, facts, base) : base);
  }
  return packages;
}

/** The answer that made the order travels with it; an order from elsewhere is read again. */
export async function factsOf(connection: Connection, order: SalesOrder): Promise<ShopeeFacts> {
  if ('shopee' in order) return (order as ShopeeOrder).shopee;
  const { orders } = await readOrders(connection, [order.orderId]);
  const found = orders[0];
  if (found) return found.shopee;
  throw new Rejected(`Shopee does not show order ${order.orderId}`, {
    system: 'shopee',
    operation: 'getOrderDetail',
    code: 'not-found',
  });
}

/** Which package a call names: only one of a split order may be named (shopee.md 4.2). */
export function named(split: boolean, packageId: string | undefined): { package_number?: string } {
  return split && packageId ? { package_number: packageId } : {};
}

async function readDetails(
  connection: Connection,
  facts: ShopeeFacts,
): Promise<Map<string, PackageDetail>> {
  const open = facts.packages
    .filter((pkg) => canBeArranged(pkg.status, facts.status))
    .map((pkg) => pkg.packageNumber);
  const found = new Map<string, PackageDetail>();
  for (let start = 0; start < open.length; start += DETAIL_BATCH) {
    const query = { package_number_list: open.slice(start, start + DETAIL_BATCH).join(',') };
    const { data } = await connection.read('getPackageDetail', (call) =>
      getPackageDetail({ ...call, query }),
    );
    for (const row of data.response.package_list ?? []) found.set(row.package_number, row);
  }
  return found;
}

function basePackage(
  order: SalesOrder,
  facts: ShopeeFacts,
  pkg: PackageFacts,
  detail: PackageDetail | undefined,
): ShopeePackage {
  const status = text(detail?.fulfillment_status) ?? pkg.status;
  return {
    packageId: pkg.packageNumber,
    lines: pkg.lines,
    status,
    phase: phaseOf(status, facts, detail),
    numberOwner: order.notOurs === undefined ? 'marketplace' : 'nobody',
    ownerReason: order.notOurs ?? 'not known before the package is ready to be arranged',
    next: undefined,
    needsNumber: false,
    blocked: undefined,
    trackingNumber: textOrDash(detail?.tracking_number),
    carrier: text(detail?.shipping_carrier) ?? pkg.carrier ?? order.lines[0]?.carrier,
    shipBy: instant(detail?.ship_by_date) ?? order.lines[0]?.shipBy,
    shopee: { split: facts.split || detail?.is_split_up === true, plan: undefined },
  };
}

function phaseOf(
  status: string,
  facts: ShopeeFacts,
  detail: PackageDetail | undefined,
): PackagePhase {
  const phase = packagePhase(status, facts.status) ?? 'waiting';
  const arranged = status === 'LOGISTICS_READY' && detail?.is_shipment_arranged === true;
  return arranged ? 'arranged' : phase;
}

async function complete(
  connection: Connection,
  options: ShopeeOptions,
  order: SalesOrder,
  facts: ShopeeFacts,
  base: ShopeePackage,
): Promise<ShopeePackage> {
  switch (base.phase) {
    case 'waiting':
      return isDue(facts) ? await withNextStep(connection, options, order, facts, base) : base;
    case 'arranged':
    case 'shipped':
      return await withNumber(connection, order, base);
    default:
      return base;
  }
}

/** A package is to be arranged while its order is to be shipped, PROCESSED ones in part included. */
function isDue(facts: ShopeeFacts): boolean {
  return ['READY_TO_SHIP', 'RETRY_SHIP', 'PROCESSED'].includes(facts.status);
}

async function withNextStep(
  connection: Connection,
  options: ShopeeOptions,
  order: SalesOrder,
  facts: ShopeeFacts,
  base: ShopeePackage,
): Promise<ShopeePackage> {
  if (!canBeArranged(base.status, facts.status)) {
    return { ...base, next: 'arrange', blocked: `not ready to be arranged: ${base.status}` };
  }
  const plan = await readPlan(connection, options, order, base);
  return {
    ...base,
    next: 'arrange',
    numberOwner: plan.owner,
    ownerReason: plan.ownerReason,
    needsNumber: plan.owner === 'seller',
    blocked: plan.blocked?.reason,
    shopee: { ...base.shopee, plan },
  };
}

/** Asks how a package may be handed over. A refusal about the order becomes a blocked plan. */
export async function readPlan(
  connection: Connection,
  options: ShopeeOptions,
  order: SalesOrder,
  pkg: ShopeePackage,
): Promise<ArrangePlan> {
  const query = { order_sn: order.orderId, ...named(pkg.shopee.split, pkg.packageId) };
  try {
    const { data } = await connection.read('getShippingParameter', (call) =>
      getShippingParameter({ ...call, query }),
    );
    return planArrange(data.response, options);
  } catch (error) {
    if (!isAboutTheOrder(error)) throw error;
    return {
      mode: undefined,
      fields: {},
      owner: 'marketplace',
      ownerReason: 'not known: Shopee does not say yet how it may be handed over',
      blocked: { code: error.code ?? 'unknown', reason: error.message },
    };
  }
}

async function withNumber(
  connection: Connection,
  order: SalesOrder,
  base: ShopeePackage,
): Promise<ShopeePackage> {
  const known = {
    ...base,
    ownerReason: 'arranged already; Shopee tells the number, not who gave it',
  };
  if (known.trackingNumber !== undefined) return known;
  const query = { order_sn: order.orderId, ...named(base.shopee.split, base.packageId) };
  try {
    const { data } = await connection.read('getTrackingNumber', (call) =>
      getTrackingNumber({ ...call, query }),
    );
    const hint = text(data.response.hint);
    return {
      ...known,
      trackingNumber: textOrDash(data.response.tracking_number),
      ownerReason: hint ? `${known.ownerReason} (${hint})` : known.ownerReason,
    };
  } catch (error) {
    // No number yet is no failure of the order: it is asked again later.
    if (!isAboutTheOrder(error)) throw error;
    return { ...known, ownerReason: `${known.ownerReason} (${error.code})` };
  }
}

function isAboutTheOrder(error: unknown): error is Rejected {
  return error instanceof Rejected && !APP_CODES.has(error.code ?? '');
}
