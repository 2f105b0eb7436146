/**
 * `/logistic/order/trace`: only after ready-to-ship (lazada.md 4.5).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import type { Call } from './gate.ts';
import { ok, parseList } from './wire.ts';
import { orderOfSellers, type World } from './world.ts';

/** Assumed: only `ready_to_ship`'s 1200 and `ready_to` are documented; the others follow their look. */
const TRACE_WORDS: Readonly<Record<string, { readonly code: string; readonly type: string }>> = {
  ready_to_ship: { code: '1200', type: 'ready_to' },
  shipped: { code: '2000', type: 'shipped' },
  delivered: { code: '3000', type: 'delivered' },
};

export function traceOrder(world: World, { params, sellers }: Call): SandboxAnswer {
  const order = orderOfSellers(world, sellers, params.get('order_id') ?? '');
  // Assumed: refusals stand in the result, where `error_code.displayMessage` is; not in the envelope.
  if (!order) return failed('LD_INPUT_PARAM_VALID: orderId is wrong');
  const listed = params.get('ofcPackageIdList');
  const wanted = parseList(listed);
  if (listed !== undefined && !wanted) return failed('INPUT_PARAM_VALID');
  const parcels = [...world.parcels.values()].filter(
    (parcel) =>
      parcel.order === order &&
      parcel.trace.length > 0 &&
      (!wanted || wanted.length === 0 || wanted.includes(parcel.id)),
  );
  if (parcels.length === 0) return failed('LD_INVOKE_DOWNSTREAM_RESPONSE_BLANK');
  return ok({
    result: {
      error_code: null,
      repeated: false,
      retry: false,
      not_success: false,
      success: true,
      module: [
        {
          warehouse_detail_info: null,
          ofc_order_id: null,
          package_detail_info_list: parcels.map((parcel) => ({
            order_line_info_list: null,
            tracking_number: parcel.trackingNumber,
            ofc_package_id: parcel.id,
            logistic_detail_info_list: parcel.trace.map(({ at, title, type }) => ({
              package_location_name: null,
              event_date: null,
              detail_type: TRACE_WORDS[type]?.type ?? type,
              proof_images: [],
              receive_time: 0,
              status_code: TRACE_WORDS[type]?.code ?? '',
              icon: null,
              event_time: at,
              description: title,
              title,
            })),
          })),
        },
      ],
    },
  });
}

function failed(message: string): SandboxAnswer {
  return ok({
    result: {
      error_code: { displayMessage: message },
      repeated: false,
      retry: false,
      not_success: true,
      success: false,
      module: [],
    },
  });
}
