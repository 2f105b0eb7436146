/**
 * The contract of `connectors/marketplace.ts`: one battery, run against every marketplace. It knows
 * only the port; what happens in the world it asks of a fixture.
 * @module
 */
import { describe } from 'vitest';
import { cancelling } from './marketplace/cancelling.ts';
import { doubts } from './marketplace/doubts.ts';
import { errors } from './marketplace/errors.ts';
import { phases } from './marketplace/phases.ts';
import { pulling } from './marketplace/pulling.ts';
import { pushes } from './marketplace/pushes.ts';
import { reading } from './marketplace/reading.ts';
import { shipping } from './marketplace/shipping.ts';
import { tokens } from './marketplace/tokens.ts';
import { tracing } from './marketplace/tracing.ts';
import type { MarketplaceAdapter } from './marketplace-fixture.ts';

/** Registers the battery for one marketplace. */
export function marketplaceBattery(name: string, adapter: MarketplaceAdapter): void {
  describe(`${name} as a marketplace`, () => {
    describe('tokens', () => tokens(adapter));
    describe('pull', () => pulling(adapter));
    describe('reading', () => reading(adapter));
    describe('phases', () => phases(adapter));
    describe('shipping', () => shipping(adapter));
    describe('doubts about a promise', () => doubts(adapter));
    describe('cancelling', () => cancelling(adapter));
    describe('tracking history', () => tracing(adapter));
    describe('errors of reads', () => errors(adapter));
    describe('pushes', () => pushes(adapter));
  });
}
