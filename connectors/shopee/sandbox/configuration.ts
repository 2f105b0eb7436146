/**
 * What can be asked about a shop's channels and an app's pushes (appendix, get_channel_list and
 * get_app_push_config).
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import type { Call } from './gate.ts';
import { integer, succeed } from './wire.ts';

/** `GET /api/v2/logistics/get_channel_list` */
export function channelList({ world }: Call): SandboxAnswer {
  return succeed({
    logistics_channel_list: world.switches.channels.map((channel) => ({
      logistics_channel_id: integer(channel.id),
      logistics_channel_name: channel.name,
      cod_enabled: false,
      enabled: channel.enabled,
      mask_channel_id: 0,
      logistics_capability: { seller_logistics: channel.sellerLogistics },
    })),
  });
}

/** `GET /api/v2/push/get_app_push_config` */
export function pushConfig({ world, partner }: Call): SandboxAnswer {
  const { pushStatus, pushesOn } = world.switches;
  const known = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 30, 47];
  return succeed({
    callback_url: partner.callbackUrl ?? '',
    live_push_status: pushStatus,
    blocked_shop_id: [],
    push_config_on_list: pushesOn,
    push_config_off_list: known.filter((code) => !pushesOn.includes(code)),
  });
}
