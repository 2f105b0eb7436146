/** The sellers of the scene, and their consents before the inputs begin. */
import { LAZADA, SHOPEE } from '../../src/demo/settings.ts';
import type { TestWorld } from '../stages/world.ts';
import type { ServiceChild } from './child.ts';
import type { KnownConsents } from './facts.ts';

export type Marketplace = 'lazada' | 'shopee';

/** Those whose orders stand in the scene. */
export const STORES = {
  lazada: { name: 'tea-sg', shopId: LAZADA.sellerId },
  shopee: { name: 'tea-my', shopId: SHOPEE.shopId },
} as const;
/** Paused, without orders: no consent of the others' may be taken for theirs. */
export const OTHER = {
  lazada: { name: 'mug-sg', shopId: '1000114999' },
  shopee: { name: 'mug-my', shopId: '220688999' },
} as const;
/** Of Shopee's both shops. */
export const MAIN_ACCOUNT = '68272';

/** Longer than any run. */
const LIVES_MS = 86_400_000;

/** As the consent page gives it to the seller of these shops; a shop of Shopee's alone. */
export function codeOf(
  world: TestWorld,
  marketplace: Marketplace,
  shopIds: readonly string[],
): string {
  const { lazada, shopee } = world;
  if (marketplace === 'lazada') {
    return lazada.issueCode({ appKey: LAZADA.appKey, sellerIds: [...shopIds] });
  }
  return shopee.issueCode({ partnerId: SHOPEE.partnerId, shopId: shopIds[0] });
}

/** Returns the codes it took. */
export async function connectAll(world: TestWorld, service: ServiceChild) {
  for (const marketplace of ['lazada', 'shopee'] as const) {
    const { name, shopId } = OTHER[marketplace];
    await service.connect(name, codeOf(world, marketplace, [shopId]));
  }
  const codes = {
    lazada: codeOf(world, 'lazada', [LAZADA.sellerId]),
    shopee: codeOf(world, 'shopee', [SHOPEE.shopId]),
  };
  await service.connect('tea-sg', codes.lazada);
  await service.connect('tea-my', codes.shopee);
  return codes;
}

/** One state of each kind for both marketplaces, given out by the service itself. */
export async function beginConsents(
  world: TestWorld,
  service: ServiceChild,
): Promise<KnownConsents> {
  const of = async (marketplace: Marketplace) => {
    const { name, shopId } = STORES[marketplace];
    const begin = async (livesMs: number) => (await service.begin(name, livesMs)).state;
    const visit = async (query: string) => {
      const state = await begin(LIVES_MS);
      await fetch(`${service.url}/oauth/${marketplace}/callback?state=${state}${query}`);
      return [marketplace, state] as const;
    };
    const code = () => codeOf(world, marketplace, [shopId]);
    return {
      live: await begin(LIVES_MS),
      code: code(),
      used: [await visit(`&code=${code()}`), await visit('&error=access_denied')],
      ended: [[marketplace, await begin(0)] as const],
    };
  };
  const [lazada, shopee] = [await of('lazada'), await of('shopee')];
  return {
    live: { lazada: lazada.live, shopee: shopee.live },
    codes: { lazada: lazada.code, shopee: shopee.code },
    used: [...lazada.used, ...shopee.used],
    ended: [...lazada.ended, ...shopee.ended],
  };
}
