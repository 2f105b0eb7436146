import { describe, expect, test } from 'vitest';
import type { Agent } from '../../../connectors/agent.ts';
import type { SendWindow } from '../../../connectors/call.ts';
import { NotSent, Unknown } from '../../../connectors/errors.ts';
import type { AgentAdapter, AgentDoor, AgentFixture } from '../agent-fixture.ts';
import { failure, openWindow, passedWindow, spendFaults, TIMEOUT_MS } from '../faults.ts';
import { eventually } from '../receiver.ts';
import { frozenBody, place, readPlaced } from './given.ts';

interface Promised {
  readonly door: AgentDoor;
  /** Everything before the call; what it gives back sends the call. */
  readonly prepare: (
    fixture: AgentFixture,
  ) => Promise<(agent: Agent, window: SendWindow) => Promise<unknown>>;
  readonly timesDone: (fixture: AgentFixture) => number;
}

/** An order that waits for its payment. */
async function unpaid(fixture: AgentFixture) {
  const placed = await place(fixture.connect());
  return readPlaced(fixture.connect(), placed.agentOrderId);
}

const PROMISES: readonly Promised[] = [
  {
    door: 'place',
    prepare: async (fixture) => {
      const body = frozenBody(fixture.connect());
      return (agent, window) => agent.place(body, window);
    },
    timesDone: (fixture) => fixture.books().length,
  },
  {
    door: 'pay',
    prepare: async (fixture) => {
      const order = await unpaid(fixture);
      return (agent, window) => agent.pay(order, window);
    },
    timesDone: (fixture) => fixture.books()[0]?.timesPaid ?? 0,
  },
  {
    door: 'cancel',
    prepare: async (fixture) => {
      const order = await unpaid(fixture);
      return (agent, window) => agent.cancel(order, window);
    },
    timesDone: (fixture) => Number(fixture.books()[0]?.cancelled ?? false),
  },
];

export function doubts({ start }: AgentAdapter): void {
  describe.each(PROMISES)('$door', ({ door, prepare, timesDone }) => {
    test.each(spendFaults)('$name: Unknown, sent once, and the books tell', async (one) => {
      const fixture = await start();
      const send = await prepare(fixture);
      fixture.addFault(door, one.fault);
      const agent = fixture.connect({ timeoutMs: TIMEOUT_MS });
      expect(await failure(send(agent, openWindow()))).toBeInstanceOf(Unknown);
      expect(fixture.calls(door)).toBe(1);
      await eventually(() => expect(timesDone(fixture)).toBe(one.happened ? 1 : 0));
    });

    test('past its time to be sent: NotSent, and nothing happens', async () => {
      const fixture = await start();
      const send = await prepare(fixture);
      expect(await failure(send(fixture.connect(), passedWindow()))).toBeInstanceOf(NotSent);
      expect([fixture.calls(door), timesDone(fixture)]).toEqual([0, 0]);
    });

    test('nobody listens: NotSent', async () => {
      const fixture = await start();
      const send = await prepare(fixture);
      await fixture.stopServer();
      expect(await failure(send(fixture.connect(), openWindow()))).toBeInstanceOf(NotSent);
    });
  });
}
