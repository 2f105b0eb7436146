import { expect, test } from 'vitest';
import { type CallError, Rejected } from '../../connectors/errors.ts';
import type { Package, SalesOrder } from '../../connectors/marketplace.ts';
import { type Script, scripted, store } from './given.ts';

const ORDER = { orderId: '56150613585762' } as SalesOrder;
const PACKAGE = { packageId: 'FP032211046428116' } as Package;

/** The documentation's sample. */
const PACKED = {
  detail_type: 'ready_to',
  status_code: '1200',
  event_time: 1625987646597,
  description: 'Your parcel has been packed and ready to be handed over',
  title: 'Packed by seller / warehouse',
};

function traced(...packages: object[]): object {
  return {
    code: '0',
    result: { success: true, module: [{ package_detail_info_list: packages }] },
  };
}

async function trace(script: Script) {
  const server = await scripted(script);
  return { server, events: await store(server).readTrace(ORDER, PACKAGE) };
}

test('an event is read with its time, kind and words; the order id goes out as text', async () => {
  const { server, events } = await trace(() =>
    traced({ ofc_package_id: PACKAGE.packageId, logistic_detail_info_list: [PACKED] }),
  );
  expect(events).toEqual([
    { at: new Date(1625987646597), status: 'ready_to', text: PACKED.description },
  ]);
  expect(server.requests[0]?.parameters).toMatchObject({
    order_id: ORDER.orderId,
    ofcPackageIdList: `["${PACKAGE.packageId}"]`,
  });
});

test('events of another package are left out, whatever was asked for', async () => {
  const { events } = await trace(() =>
    traced(
      { ofc_package_id: 'FP1', logistic_detail_info_list: [PACKED] },
      { ofc_package_id: PACKAGE.packageId, logistic_detail_info_list: null },
    ),
  );
  expect(events).toEqual([]);
});

test('without a description the title stands, and an event without a time is kept', async () => {
  const bare = { title: 'Out for delivery', status_code: '1500', event_time: null };
  const { events } = await trace(() => traced({ logistic_detail_info_list: [bare] }));
  expect(events).toEqual([{ at: undefined, status: '1500', text: 'Out for delivery' }]);
});

test.each([
  ['as the code', { code: 'LD_INVOKE_DOWNSTREAM_RESPONSE_BLANK', message: 'blank' }],
  [
    'in the result',
    {
      code: '0',
      result: {
        success: false,
        error_code: { displayMessage: 'LD_INVOKE_DOWNSTREAM_RESPONSE_BLANK' },
      },
    },
  ],
])('"nothing yet" %s is an empty history', async (_name, answer) => {
  expect((await trace(() => answer)).events).toEqual([]);
});

test('another refusal in the result is Rejected, with its code', async () => {
  const refused = {
    code: '0',
    request_id: 'req-7',
    result: { success: false, error_code: 'LD_INPUT_PARAM_VALID: orderId is wrong' },
  };
  const server = await scripted(() => refused);
  const error = await store(server)
    .readTrace(ORDER, PACKAGE)
    .catch((reason: unknown) => reason as CallError);
  expect(error).toBeInstanceOf(Rejected);
  expect(error).toMatchObject({ code: 'LD_INPUT_PARAM_VALID', requestId: 'req-7' });
});
