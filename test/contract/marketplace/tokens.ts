import { expect, test } from 'vitest';
import { Rejected } from '../../../connectors/errors.ts';
import { failure } from '../faults.ts';
import type { MarketplaceAdapter } from '../marketplace-fixture.ts';

export function tokens({ start }: MarketplaceAdapter): void {
  test("a consent's code becomes tokens that open the store, and names its shop", async () => {
    const fixture = await start();
    const before = Date.now();
    const granted = await fixture.authoriser.exchange(fixture.newCode(), fixture.subject);
    expect(granted.accessExpiresAt.getTime()).toBeGreaterThan(before);
    expect(granted.refreshExpiresAt?.getTime() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(
      granted.accessExpiresAt.getTime(),
    );
    expect(granted.shops).toContainEqual({
      sellerId: fixture.address.sellerId,
      country: fixture.address.country,
    });
    fixture.grant.tokens = granted;
    const order = fixture.putOrder();
    const { orders } = await fixture.connect().readOrders([order]);
    expect(orders.map(({ orderId }) => orderId)).toEqual([order]);
  });

  test('a code works once', async () => {
    const fixture = await start();
    const code = fixture.newCode();
    await fixture.authoriser.exchange(code, fixture.subject);
    const second = await failure(fixture.authoriser.exchange(code, fixture.subject));
    expect(second).toBeInstanceOf(Rejected);
  });

  test('a refresh gives tokens that work', async () => {
    const fixture = await start();
    const { refreshToken, accessToken } = fixture.grant.tokens;
    const renewed = await fixture.authoriser.refresh(refreshToken, fixture.subject);
    expect(renewed.accessToken).not.toBe(accessToken);
    fixture.grant.tokens = renewed;
    const order = fixture.putOrder();
    expect((await fixture.connect().readOrders([order])).orders).toHaveLength(1);
    expect(fixture.grant.renewals).toBe(0);
  });

  test('an expired access token is renewed once, and the read goes on', async () => {
    const fixture = await start();
    const order = fixture.putOrder();
    fixture.expireAccessToken();
    const now = new Date();
    const store = fixture.connect();
    const found: string[] = [];
    const period = {
      from: new Date(now.getTime() - 60_000),
      until: new Date(now.getTime() + 1000),
    };
    const changed = async (rows: readonly { readonly orderId: string }[]) =>
      rows.map(({ orderId }) => orderId);
    for await (const page of store.pull({ ...period, changed })) {
      found.push(...page.orders.map(({ orderId }) => orderId));
    }
    expect(found).toEqual([order]);
    expect(fixture.grant.renewals).toBe(1);
  });

  test('calls that are refused at once share one renewal', async () => {
    const fixture = await start();
    const orders = Array.from({ length: 8 }, () => fixture.putOrder());
    fixture.expireAccessToken();
    const store = fixture.connect();
    const reads = await Promise.all(orders.map((order) => store.readOrders([order])));
    expect(reads.flatMap((read) => read.orders.map(({ orderId }) => orderId))).toEqual(orders);
    expect([fixture.grant.renewals, fixture.calls('refresh')]).toEqual([1, 1]);
  });

  test('a refresh token that is refused is Rejected: the seller must consent again', async () => {
    const fixture = await start();
    fixture.expireRefreshToken();
    const { refreshToken } = fixture.grant.tokens;
    const refused = await failure(fixture.authoriser.refresh(refreshToken, fixture.subject));
    expect(refused).toBeInstanceOf(Rejected);
  });

  test('with both tokens expired a read fails with that refusal and is not retried for ever', async () => {
    const fixture = await start();
    const order = fixture.putOrder();
    fixture.expireAccessToken();
    fixture.expireRefreshToken();
    expect(await failure(fixture.connect().readOrders([order]))).toBeInstanceOf(Rejected);
    expect(fixture.calls('refresh')).toBeLessThanOrEqual(2);
  });
}
