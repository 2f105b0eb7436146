/** The systems there are. A new marketplace is a folder under connectors/ and a line here. */
import type { AgentModule } from '../connectors/agent.ts';
import { lazada } from '../connectors/lazada/index.ts';
import type { MarketplaceModule } from '../connectors/marketplace.ts';
import { pandapon } from '../connectors/pandapon/index.ts';
import { shopee } from '../connectors/shopee/index.ts';

// Each module's own App and Options types are checked by its schemas when settings are loaded; past
// that they are carried as unknown.
export const marketplaces = byName([lazada, shopee] as unknown as readonly MarketplaceModule[]);
export const agents = byName([pandapon] as unknown as readonly AgentModule[]);

function byName<T extends { readonly name: string }>(
  modules: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(modules.map((module) => [module.name, module]));
}
