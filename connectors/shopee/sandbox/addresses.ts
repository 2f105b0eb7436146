/**
 * Recipients as Shopee shows them: masked unless the app is allowed to see them (shopee.md 3.5). The
 * masked form is that of the recorded SG body. Assumed: its `full_address`, which the capture elides.
 * @module
 */
import type { Order } from './model.ts';

const STARS = '****';

export function recipient(order: Order): object {
  const { buyer } = order;
  if (order.masked) {
    return {
      name: STARS,
      phone: STARS,
      town: '',
      district: '',
      city: '',
      state: '',
      region: order.region,
      zipcode: '00000000',
      full_address: STARS,
    };
  }
  return {
    name: buyer.name,
    phone: buyer.phone,
    town: buyer.town,
    district: buyer.district,
    city: buyer.city,
    state: buyer.state,
    region: order.region,
    zipcode: buyer.zipcode,
    full_address: buyer.fullAddress,
  };
}
