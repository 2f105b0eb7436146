/** The operations of openapi.yaml with their `x-kind`; a test compares the two. @module */
import type { Operation } from '../call.ts';

export const operations = {
  createToken: { name: 'createToken', kind: 'read' },
  refreshToken: { name: 'refreshToken', kind: 'read' },
  getSeller: { name: 'getSeller', kind: 'read' },
  listOrders: { name: 'listOrders', kind: 'read' },
  getOrder: { name: 'getOrder', kind: 'read' },
  getOrderItems: { name: 'getOrderItems', kind: 'read' },
  getShipmentProviders: { name: 'getShipmentProviders', kind: 'read' },
  pack: { name: 'pack', kind: 'spend' },
  readyToShip: { name: 'readyToShip', kind: 'spend' },
  getDocument: { name: 'getDocument', kind: 'read' },
  updateOwnFleetStatus: { name: 'updateOwnFleetStatus', kind: 'spend' },
  confirmOwnFleetDelivery: { name: 'confirmOwnFleetDelivery', kind: 'spend' },
  traceOrder: { name: 'traceOrder', kind: 'read' },
  validateCancel: { name: 'validateCancel', kind: 'read' },
  createCancel: { name: 'createCancel', kind: 'spend' },
} as const satisfies Record<string, Operation>;
