import type { PurchaseDraft } from '../agent.ts';
import type { PlaceBody } from './client/types.gen.ts';

/**
 * The body of `POST /open/order`, to the letter of the documentation's example (seed S0): lines and
 * receiver are JSON *strings*, quantities and prices in the lines are text, prices are fen per unit,
 * `purchaseAmount` is an integer in fen. Keys stand in the example's order.
 */
export function placeBody(draft: PurchaseDraft): PlaceBody {
  const { receiver } = draft;
  return {
    purchaseAmount: draft.purchaseAmountFen,
    receiver: JSON.stringify({
      zip: receiver.zip,
      country: receiver.country,
      address: receiver.address,
      city: receiver.city,
      phone: receiver.phone,
      mobile_phone: receiver.mobilePhone,
      district: receiver.district,
      name: receiver.name,
      state: receiver.state,
    }),
    orderLineList: JSON.stringify(
      draft.lines.map((line) => ({
        itemId: line.itemId,
        orderLineNo: line.orderLineNo,
        quantity: String(line.quantity),
        price: String(line.priceFen),
        currency: 'CNY',
        skuId: line.skuId,
      })),
    ),
    orderSource: draft.orderSource,
    sellerOrderNumber: draft.sellerOrderNumber,
  };
}
