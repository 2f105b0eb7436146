/**
 * Negative controls: each switches one safeguard off by changing the source as it is loaded, so that
 * nothing in the product knows of them and no setting reaches them. A text that is not found any more
 * stops the run: a control that breaks nothing would prove nothing.
 * @module
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

interface Change {
  /** From the project's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

interface Break {
  /** What it takes away. */
  readonly off: string;
  readonly changes: readonly Change[];
  /** Of the tables' own guards. */
  readonly sql?: readonly string[];
}

export type BreakName = 'intent' | 'settle' | 'listing' | 'lease';

export const BREAKS: Readonly<Record<BreakName, Break>> = {
  intent: {
    off: 'the intent is committed only after the call',
    changes: [
      {
        file: 'src/intent.ts',
        find: 'const begun = await durable.transaction().execute(async (tx) => {',
        replace: `const uncommitted = await durable.startTransaction().execute();
  const begun = await (async (tx: Tx) => {`,
      },
      {
        file: 'src/intent.ts',
        find: `    return { attempt };
  });
  if (begun.stop) return begun.stop;`,
        replace: `    return { attempt };
  })(uncommitted as unknown as Tx).catch(async (error: unknown) => {
    await uncommitted.rollback().execute();
    throw error;
  });
  if (begun.stop) {
    await uncommitted.commit().execute();
    return begun.stop;
  }`,
      },
      {
        file: 'src/intent.ts',
        find: 'result = await intent.call(parseJson(payload), window);',
        replace: `result = await intent.call(parseJson(payload), window).finally(() =>
      uncommitted.commit().execute(),
    );`,
      },
    ],
  },
  settle: {
    off: 'what is absent from the next listing counts as never bought, however soon',
    changes: [
      {
        file: 'src/stages/settle.ts',
        find: 'const proofAt = addMs(attempt.settle_at, service.settings.timings.clockSkew);',
        replace: 'const proofAt = senderDone;',
      },
      {
        file: 'src/stages/settle.ts',
        find: 'listing.until_at >= attempt.settle_at &&',
        replace: '',
      },
    ],
  },
  listing: {
    off: 'an incomplete listing is believed',
    changes: [
      {
        file: 'src/stages/list.ts',
        find: 'if (!listing.complete) return { trusted: false, reason: listing.incompleteReason, live: false };',
        replace: 'if (!listing.complete) return { trusted: true, reason: undefined, live: true };',
      },
      {
        file: 'src/stages/list.ts',
        find: 'if (!listing.complete && !hasFresh) {',
        replace: 'if (false as boolean) {',
      },
      {
        file: 'src/stages/list.ts',
        find: 'const keeps = hasFresh && !listing.complete;',
        replace: 'const keeps = false;',
      },
    ],
  },
  lease: {
    off: 'two workers may both do one step: no guard by state, no unique keys',
    changes: [
      {
        file: 'src/transition.ts',
        find: ".where('state', 'in', [...from] as PurchaseState[])",
        replace: ".where('state', '<>', (from.length < 0 ? '' : '-') as PurchaseState)",
      },
      {
        file: 'src/stages/purchase-rows.ts',
        find: `        .where('purchase.state', '=', 'cancelled')
        .where('purchase.agent_order_id', 'is', null),`,
        replace: '',
      },
    ],
    sql: [
      'drop index attempt_open_purchase',
      'drop index attempt_open_package',
      'drop index attempt_open_order',
      'drop index attempt_one_payment',
      'alter table purchase drop constraint purchase_agent_account_agent_order_id_key',
    ],
  },
};

const ROOT = new URL('../../', import.meta.url);

/** From now on these files are loaded changed. @throws {Error} when a safeguard is not found as it was. */
export function breakSafeguard(name: BreakName): void {
  const changed = new Map<string, string>();
  for (const { file, find, replace } of BREAKS[name].changes) {
    const url = new URL(file, ROOT).href;
    const source = changed.get(url) ?? readFileSync(fileURLToPath(url), 'utf8');
    if (source.split(find).length !== 2) {
      throw new Error(`--break ${name}: ${file} does not hold this once: ${find}`);
    }
    changed.set(
      url,
      source.replace(find, () => replace),
    );
  }
  registerHooks({
    load(url, context, nextLoad) {
      const source = changed.get(url);
      if (source === undefined) return nextLoad(url, context);
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}
