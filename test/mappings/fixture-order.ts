import type { SalesOrder } from '../../connectors/marketplace.ts';

/** An order kept as JSON: absent keys are values the marketplace did not send; times are ISO text. */
export function readFixtureOrder(json: string): SalesOrder {
  const raw = JSON.parse(json) as SalesOrder;
  return { ...raw, createdAt: new Date(raw.createdAt), updatedAt: new Date(raw.updatedAt) };
}
