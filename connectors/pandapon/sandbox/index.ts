/**
 * A simulator of PandaPon (also sold as Xportcn), written from the reference alone: it shares no code
 * with this connector's client, so that a misreading on one side shows on the other. What the
 * reference does not know is marked "Assumed" where it is done.
 * @module
 */
import { type Sandbox, startSandboxServer } from '../../sandbox.ts';
import { createCallbacks } from './callbacks.ts';
import { makeControls, type PandaponControls } from './controls.ts';
import { failed, notFound, throttled } from './envelope.ts';
import type { ListingFault, ListingQuery } from './listing.ts';
import { makeOperations } from './operations.ts';
import type { PandaponSandboxOptions } from './options.ts';
import { createWorld } from './world.ts';

export type { BookedLine, BookedOrder, Counters } from './books.ts';
export type { CallbackOutcome, CustomCallback } from './callbacks.ts';
export { CODES } from './codes.ts';
export type { ManualOrder, PandaponControls } from './controls.ts';
export type { ListingFault, ListingQuery } from './listing.ts';
export { MESSAGE_TYPE } from './messages.ts';
export type { OperationName } from './operations.ts';
export {
  type CallbackBehaviour,
  DEFAULT_ACCOUNT,
  type PandaponSandboxOptions,
  type SandboxAccount,
  type SandboxSwitches,
  type SandboxTimings,
} from './options.ts';

export interface PandaponSandbox extends PandaponControls {
  /** Base address of the API: the shell's with `basePath`. */
  readonly url: string;
  /** Fault switches and the books of calls; `shell.url` is the address of the control door. */
  readonly shell: Sandbox;
  /** What goes wrong with the pages of the accounts' listings, one by one; undefined ends it. */
  planListing(plan: ((query: ListingQuery) => ListingFault | undefined) | undefined): void;
  stop(): Promise<void>;
}

/**
 * Starts the simulator on a free port of loopback.
 * @example
 * const sandbox = await startPandaponSandbox({ autoSend: false });
 * sandbox.shell.addFault({ operation: 'createOrder', fault: { kind: 'lose-answer' } });
 * await sandbox.stop();
 */
export async function startPandaponSandbox(
  options: PandaponSandboxOptions = {},
): Promise<PandaponSandbox> {
  const world = createWorld(options);
  const callbacks = createCallbacks(world, options.callbackUrl);
  const controls = makeControls(world, callbacks);
  const shell = await startSandboxServer({
    system: 'pandapon',
    operations: makeOperations(world, options),
    throttled,
    failed,
    notFound,
    control: { ...controls },
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  return {
    ...controls,
    url: shell.url + (options.basePath ?? ''),
    shell,
    planListing(plan) {
      world.listingPlan = plan;
    },
    async stop() {
      callbacks.stop();
      await shell.stop();
    },
  };
}
