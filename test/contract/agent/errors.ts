import { expect, test } from 'vitest';
import { type CallError, Rejected, Throttled, Unavailable } from '../../../connectors/errors.ts';
import type { AgentAdapter } from '../agent-fixture.ts';
import { failure } from '../faults.ts';
import { lately } from './given.ts';

const WAIT_SECONDS = 7;

export function errors({ start }: AgentAdapter): void {
  test('a refusal carries the code, the words and the id of the request', async () => {
    const fixture = await start();
    fixture.addFault('list', { kind: 'error', code: '90210', message: 'says nobody' }, 5);
    const error = (await failure(fixture.connect().list(lately()))) as CallError;
    expect(error).toBeInstanceOf(Rejected);
    expect(error).toMatchObject({ code: '90210', system: fixture.module.name });
    expect(error.message).toContain('says nobody');
    expect(error.requestId).toMatch(/\w{8}/);
    expect(fixture.calls('list')).toBe(1);
  });

  test('too many calls: Throttled until a time to come', async () => {
    const fixture = await start();
    fixture.addFault('list', { kind: 'throttle', seconds: WAIT_SECONDS });
    const asked = Date.now();
    const error = (await failure(fixture.connect({ retries: 0 }).list(lately()))) as Throttled;
    expect(error).toBeInstanceOf(Throttled);
    expect(error.until.getTime()).toBeGreaterThan(asked);
  });

  test.each([
    ['a gateway answers 502 in HTML', { kind: 'html', status: 502 }],
    ['the answer is lost', { kind: 'lose-answer' }],
    ['the answer is cut', { kind: 'cut' }],
  ] as const)('%s: the read is sent again and succeeds', async (_name, fault) => {
    const fixture = await start();
    const id = fixture.addManualOrder();
    fixture.addFault('list', fault);
    const listed = await fixture.connect().list(lately());
    expect(listed.orders.map(({ agentOrderId }) => agentOrderId)).toEqual([id]);
    expect(fixture.calls('list')).toBe(2);
  });

  test('a listing of which a page stays unavailable fails: it never passes as complete', async () => {
    const fixture = await start();
    fixture.addManualOrder();
    fixture.addFault('list', { kind: 'html', status: 502 }, 9);
    const error = await failure(fixture.connect({ retries: 1 }).list(lately()));
    expect(error).toBeInstanceOf(Unavailable);
  });

  test('nobody listens: a read is Unavailable', async () => {
    const fixture = await start();
    await fixture.stopServer();
    const error = await failure(fixture.connect({ retries: 0 }).list(lately()));
    expect(error).toBeInstanceOf(Unavailable);
  });
}
