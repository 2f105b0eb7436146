import type { OrderLine, SalesOrder } from '../../connectors/marketplace.ts';
import type { PlanInput } from '../../mappings/plan.ts';
import type { SkuLink } from '../../mappings/sku-links.ts';
import { storeSettings } from '../../mappings/store.ts';

/** Settings as a file would hold them: a store with a warehouse, one rule of SKU links. */
export const FILE = {
  marketplace: 'lazada',
  country: 'sg',
  sellerId: '1000101',
  start: '2025-01-01',
  orderSource: 'lazada',
  lines: [{ links: 'both' }],
  receiver: {
    kind: 'warehouse',
    name: 'Ponbridge {store}',
    mobilePhone: '13800000000',
    state: '浙江省',
    city: '杭州市',
    district: '余杭区',
    address: '测试路 1 号 {order}',
  },
  budget: { cnyPerUnit: '5', largestOrder: '1000' },
  tracking: { leg: 'agent' },
} as const;

export function aStore(changes: Record<string, unknown> = {}) {
  return storeSettings.parse({ ...FILE, ...changes });
}

export function aLine(changes: Partial<OrderLine> = {}): OrderLine {
  return {
    lineId: '1',
    sku: 'MUG',
    productId: undefined,
    name: 'Mug',
    variation: undefined,
    quantity: 1,
    unitPrice: '10.00',
    status: 'pending',
    phase: 'buyable',
    fulfilment: 'seller',
    packageId: undefined,
    trackingNumber: undefined,
    carrier: undefined,
    shipBy: undefined,
    shippingGroup: 'dropshipping',
    ...changes,
  };
}

export const BUYER: SalesOrder['buyer'] = {
  name: 'Tan Mei',
  phone: '6591234567',
  country: 'Singapore',
  state: 'Singapore',
  city: 'Singapore',
  district: undefined,
  zip: '179103',
  address: '1 North Bridge Road',
  masked: false,
};

export function anOrder(changes: Partial<SalesOrder> = {}): SalesOrder {
  return {
    orderId: '9001',
    orderNumber: 'N9001',
    createdAt: new Date('2025-03-01T00:00:00Z'),
    updatedAt: new Date('2025-03-01T00:00:00Z'),
    currency: 'SGD',
    total: '10.00',
    cashOnDelivery: false,
    lines: [aLine()],
    buyer: BUYER,
    notOurs: undefined,
    statuses: ['pending'],
    ...changes,
  };
}

export function aLink(changes: Partial<SkuLink> = {}): SkuLink {
  return {
    store: 'sg1',
    sku: 'MUG',
    itemId: '600126245031041190',
    skuId: '5016042822039',
    quantity: 1,
    priceFen: 500,
    ...changes,
  };
}

export function anInput(changes: Partial<PlanInput> = {}): PlanInput {
  return {
    order: anOrder(),
    store: aStore(),
    storeName: 'sg1',
    storeCurrency: 'SGD',
    links: [aLink()],
    ...changes,
  };
}
