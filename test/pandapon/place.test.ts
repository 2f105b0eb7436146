import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PurchaseDraft } from '../../connectors/agent.ts';
import { placeBody } from '../../connectors/pandapon/place.ts';
import { fixture, seedDraft } from './support.ts';

interface WireLine {
  readonly itemId: string;
  readonly skuId: string;
  readonly orderLineNo: string;
  readonly quantity: string;
  readonly price: string;
  readonly currency: string;
}

const linesOf = (draft: PurchaseDraft) => JSON.parse(placeBody(draft).orderLineList) as WireLine[];

describe('the body of a placing', () => {
  const example = JSON.parse(fixture('order-create.request.body'));

  test("is JSON-equal to the documentation's example", () => {
    expect(placeBody(seedDraft)).toEqual(example);
  });

  test('holds lines and receiver as the same text, and its keys in the same order', () => {
    const body = placeBody(seedDraft);
    expect(body.orderLineList).toBe(example.orderLineList);
    expect(body.receiver).toBe(example.receiver);
    expect(JSON.stringify(body)).toBe(JSON.stringify(example));
  });

  const drafts = fc
    .array(
      fc.record({
        itemId: fc.stringMatching(/^\d{1,20}$/),
        skuId: fc.stringMatching(/^\d{1,20}$/),
        quantity: fc.integer({ min: 1, max: 9_999 }),
        priceFen: fc.integer({ min: 1, max: 9_999_999 }),
      }),
      { minLength: 1, maxLength: 20 },
    )
    .map(
      (lines): PurchaseDraft => ({
        ...seedDraft,
        lines: lines.map((line, index) => ({ ...line, orderLineNo: String(index + 1) })),
        purchaseAmountFen: lines.reduce((sum, line) => sum + line.quantity * line.priceFen, 0),
      }),
    );

  test('states amounts that add up: sum of price x quantity is purchaseAmount', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const sum = linesOf(draft).reduce(
          (total, line) => total + Number(line.price) * Number(line.quantity),
          0,
        );
        expect(placeBody(draft).purchaseAmount).toBe(sum);
      }),
    );
  });

  test('loses, merges and reorders no line, and states quantities and prices as digits', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        expect(linesOf(draft)).toEqual(
          draft.lines.map((line) => ({
            itemId: line.itemId,
            orderLineNo: line.orderLineNo,
            quantity: `${line.quantity}`,
            price: `${line.priceFen}`,
            currency: 'CNY',
            skuId: line.skuId,
          })),
        );
      }),
    );
  });

  test('carries any receiver text unharmed, quotes and line breaks included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        const receiver = { ...seedDraft.receiver, address: words, name: words };
        const sent = JSON.parse(placeBody({ ...seedDraft, receiver }).receiver);
        expect(sent).toMatchObject({ address: words, name: words, mobile_phone: '15068763421' });
      }),
    );
  });
});
