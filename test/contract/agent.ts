/**
 * The contract of `connectors/agent.ts`: one battery, run against every purchasing agent. It knows only
 * the port; what happens in the world it asks of a fixture.
 * @module
 */
import { describe } from 'vitest';
import { callbacks } from './agent/callbacks.ts';
import { doubts } from './agent/doubts.ts';
import { errors } from './agent/errors.ts';
import { listing } from './agent/listing.ts';
import { parcels } from './agent/parcels.ts';
import { placing } from './agent/placing.ts';
import type { AgentAdapter } from './agent-fixture.ts';

/** Registers the battery for one agent. */
export function agentBattery(name: string, adapter: AgentAdapter): void {
  describe(`${name} as a purchasing agent`, () => {
    describe('placing, paying, cancelling', () => placing(adapter));
    describe('doubts about a promise', () => doubts(adapter));
    describe('listing and reading', () => listing(adapter));
    describe('parcels and the warehouse', () => parcels(adapter));
    describe('errors of reads', () => errors(adapter));
    describe('callbacks', () => callbacks(adapter));
  });
}
