/**
 * The four shipping-document calls (shopee.md 4.4, "Labels"). The first three answer row by row; only
 * when every row failed is the whole a failure.
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import { tell } from './changes.ts';
import { channelOf } from './channels.ts';
import type { Call } from './gate.ts';
import type { Order, Package } from './model.ts';
import { makePdf } from './pdf.ts';
import { pickPackage } from './picking.ts';
import { type Body, optionalText, requiredText, rowsOf } from './reading.ts';
import { failure, Refusal, succeed } from './wire.ts';
import { isOverAtRead, orderOfShop, packageOf, startWaiting, type World } from './world.ts';

const TYPES = ['THERMAL_AIR_WAYBILL', 'NORMAL_AIR_WAYBILL'];
const SUGGESTED = 'THERMAL_AIR_WAYBILL';
const MAX_ROWS = 50;

interface Target {
  readonly order: Order;
  readonly pkg: Package;
}

/** `POST /api/v2/logistics/get_shipping_document_parameter` */
export function documentParameter(call: Call): SandboxAnswer {
  return byRow(call, () => ({
    suggest_shipping_document_type: SUGGESTED,
    selectable_shipping_document_type: TYPES,
  }));
}

/** `POST /api/v2/logistics/create_shipping_document` */
export function createDocument(call: Call): SandboxAnswer {
  return byRow(call, ({ order, pkg }, row) => {
    const type = documentType(row);
    if (!isPrintable(pkg)) {
      throw new Refusal('logistics.package_can_not_print', 'The package can not print now.');
    }
    if (
      pkg.trackingNumber === undefined ||
      optionalText(row, 'tracking_number') !== pkg.trackingNumber
    ) {
      throw new Refusal(
        'logistics.tracking_number_invalid',
        'The tracking number is invalid. Please check the tracking number.',
      );
    }
    const { document } = call.world.switches;
    const waiting = startWaiting(call.world, document);
    pkg.document = { type, waiting, status: 'PROCESSING' };
    if (document.reads === 0) {
      call.world.later(document.delayMs, () => finishDocument(call.world, order, pkg));
    }
    return {};
  });
}

/** `POST /api/v2/logistics/get_shipping_document_result` */
export function documentResult(call: Call): SandboxAnswer {
  return byRow(call, ({ order, pkg }, row) => {
    const document = createdDocument(pkg, documentType(row));
    if (document.status === 'PROCESSING' && isOverAtRead(call.world, document.waiting)) {
      finishDocument(call.world, order, pkg);
    }
    return { status: document.status };
  });
}

/**
 * `POST /api/v2/logistics/download_shipping_document`: the file itself; on error an envelope, which
 * Assumed keeps the file's content type, so that only the first byte tells them apart.
 */
export function downloadDocument(call: Call): SandboxAnswer {
  try {
    const type = documentType(call.body);
    const targets = rowsOf(call.body, 'order_list', MAX_ROWS).map((row) => target(call, row));
    if (new Set(targets.map(({ order }) => channelOf(order).channelId)).size > 1) {
      throw new Refusal(
        'logistics.packages_can_not_download_together',
        'Packages can not download together. Detail: different channels',
      );
    }
    for (const { pkg } of targets) {
      if (createdDocument(pkg, type).status !== 'READY') {
        throw new Refusal(
          'logistics.download_later',
          `Processing, please download later. Detail: ${pkg.packageNumber}`,
        );
      }
      if (!isPrintable(pkg)) {
        throw new Refusal(
          'logistics.package_print_failed',
          `Some package failed to print, please try again later. Detail: ${pkg.packageNumber}`,
        );
      }
    }
    for (const { pkg } of targets) pkg.labelsDownloaded += 1;
    return { headers: { 'content-type': 'application/pdf' }, body: makePdf(targets.map(page)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...error.answer(), headers: { 'content-type': 'application/pdf' } };
  }
}

function byRow(call: Call, read: (target: Target, row: Body) => object): SandboxAnswer {
  const results = rowsOf(call.body, 'order_list', MAX_ROWS).map((row) => {
    const order_sn = requiredText(row, 'order_sn');
    const package_number = optionalText(row, 'package_number');
    try {
      const found = target(call, row);
      const success = { order_sn, package_number: found.pkg.packageNumber, ...read(found, row) };
      return { failed: false, row: { ...success, fail_error: '', fail_message: '' } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Failed rows may lack the package number; a status is part of the result call's rows only.
      const named = package_number === undefined ? {} : { package_number };
      const { code, reason } = error;
      return {
        failed: true,
        row: { order_sn, ...named, fail_error: code, fail_message: reason },
      };
    }
  });
  const response = { result_list: results.map(({ row }) => row) };
  const failed = results.filter((result) => result.failed);
  if (failed.length === results.length) {
    return failure(
      'common.batch_api_all_failed',
      'Failed, please check result_list for more details.',
      response,
    );
  }
  return succeed(response);
}

function target({ world, shopId }: Call, row: Body): Target {
  const orderSn = requiredText(row, 'order_sn');
  const order = orderOfShop(world, shopId, orderSn);
  if (!order) {
    throw new Refusal('logistics.order_not_exist', `The order_sn ${orderSn} is not exist.`);
  }
  const packageNumber = optionalText(row, 'package_number');
  if (packageNumber && packageNumber !== '-' && !packageOf(order, packageNumber)) {
    throw new Refusal(
      'logistics.package_number_not_found',
      `The package_number ${packageNumber} is not exist.`,
    );
  }
  return { order, pkg: pickPackage(order, packageNumber) };
}

function documentType(from: Body): string {
  const type = optionalText(from, 'shipping_document_type') ?? SUGGESTED;
  if (TYPES.includes(type)) return type;
  throw new Refusal(
    'logistics.shipping_document_type_invalid',
    'The shipping_document_type is not invalid. Please check the shipping_document_type.', // (sic)
  );
}

/** Printable only from arranged until picked up. */
function isPrintable(pkg: Package): boolean {
  return pkg.logisticsStatus === 'LOGISTICS_REQUEST_CREATED';
}

function createdDocument(pkg: Package, type: string) {
  if (pkg.document?.type === type) return pkg.document;
  throw new Refusal(
    'logistics.shipping_document_should_print_first',
    `The package can not print now, please create shipping document first.Detail: ${pkg.packageNumber}`,
  );
}

/** Code 15. */
function finishDocument(world: World, order: Order, pkg: Package) {
  if (!pkg.document || pkg.document.status === 'READY') return;
  pkg.document.status = 'READY';
  tell(world, order.shopId, 15, {
    ordersn: order.orderSn,
    package_number: pkg.packageNumber,
    status: 'READY',
  });
}

function page({ order, pkg }: Target): readonly string[] {
  return ['Shopee sandbox waybill', order.orderSn, pkg.packageNumber, pkg.trackingNumber ?? ''];
}
