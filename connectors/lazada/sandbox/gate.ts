/**
 * What every call passes before its operation sees it, in the gateway's order (lazada.md 1, 2, 5).
 * @module
 */
import type { SandboxAnswer, SandboxRequest } from '../../sandbox.ts';
import { signRequest } from './sign.ts';
import { refused } from './wire.ts';
import { type App, now, type Seller, type World } from './world.ts';

/** `timestamp` may be this far from UTC, either way. */
const TIMESTAMP_TOLERANCE_MS = 7_200_000;

export interface Door {
  /** Without `/rest`, as it is signed. */
  readonly apiPath: string;
  /** Token calls carry no access token. */
  readonly open: boolean;
  readonly required: readonly string[];
}

/** A call that has passed. */
export interface Call {
  readonly params: ReadonlyMap<string, string>;
  readonly app: App;
  /** The stores this token stands for on the host that was called; none on another country's host. */
  readonly sellers: readonly Seller[];
}

export type GateResult = { readonly call: Call } | { readonly refusal: SandboxAnswer };

/**
 * @param country the venture whose host was called; undefined for an address that serves them all
 */
export function passGate(
  world: World,
  door: Door,
  country: string | undefined,
  request: SandboxRequest,
): GateResult {
  const params = paramsOf(request);
  const system = ['app_key', 'timestamp', 'sign_method', 'sign'];
  const missing = [...system, ...(door.open ? [] : ['access_token'])].find((n) => !params.has(n));
  if (missing) return missingParameter(missing);

  const app = world.apps.get(params.get('app_key') ?? '');
  // Assumed: the code; the reference names none for an unknown app key.
  if (!app) return { refusal: refused('InvalidAppKey', 'The specified app key is invalid') };

  const timestamp = params.get('timestamp') ?? '';
  const skew = Math.abs(Number(timestamp) - now(world));
  if (!/^\d+$/.test(timestamp) || skew > TIMESTAMP_TOLERANCE_MS) {
    // Assumed: the code; the reference only gives the tolerance.
    return {
      refusal: refused('IllegalTimestamp', 'The specified timestamp is invalid or expired'),
    };
  }

  if (!isSigned(door.apiPath, params, app, request)) {
    return {
      refusal: refused(
        'IncompleteSignature',
        'The request signature does not conform to lazop standards',
      ),
    };
  }

  const found = door.open ? undefined : world.access.get(params.get('access_token') ?? '');
  if (!door.open && !(found && found.expiresAt > now(world) && found.grant.appKey === app.appKey)) {
    return {
      refusal: refused('IllegalAccessToken', 'The specified access token is invalid or expired'),
    };
  }

  const unsaid = door.required.find((name) => !params.has(name));
  if (unsaid) return missingParameter(unsaid);
  const sellers = (found?.grant.sellers ?? []).filter(
    (seller) => country === undefined || seller.country === country,
  );
  return { call: { params, app, sellers } };
}

/** Query and form body in one pool; where both name a parameter, the body's counts. */
export function paramsOf(request: SandboxRequest): Map<string, string> {
  const params = new Map(request.query);
  if (isForm(request)) {
    for (const [name, value] of new URLSearchParams(request.body)) params.set(name, value);
  }
  return params;
}

function isSigned(
  apiPath: string,
  params: ReadonlyMap<string, string>,
  app: App,
  request: SandboxRequest,
): boolean {
  // A body that is no form was refused this way when tried on the real system (lazada.md 1).
  if (request.body !== '' && !isForm(request)) return false;
  if (params.get('sign_method') !== 'sha256') return false;
  // Assumed: the vendor's samples disagree whether an empty value is signed, so none may be sent.
  if ([...params.values()].includes('')) return false;
  return params.get('sign') === signRequest(app.appSecret, apiPath, params);
}

function isForm(request: SandboxRequest): boolean {
  const type = request.headers['content-type'] ?? '';
  return type.toLowerCase().startsWith('application/x-www-form-urlencoded');
}

function missingParameter(name: string): GateResult {
  return {
    refusal: refused(
      'MissingParameter',
      `The input parameter “${name}” that is mandatory for processing this request is not supplied`,
    ),
  };
}
