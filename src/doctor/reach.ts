/** One request without credentials: does the host answer, how fast, and what time is it there? */
import { connect as connectTls } from 'node:tls';
import { Agent, fetch as send } from 'undici';
import { failureCode } from '../../connectors/transport.ts';
import type { Clock } from '../clock.ts';

export interface Reached {
  readonly status: number;
  readonly milliseconds: number;
  /** How far the host's clock is ahead of ours, in ms, and how far that can be wrong. */
  readonly clock: { readonly aheadMs: number; readonly errorMs: number } | undefined;
  readonly body: string;
}

/** Longest part of an answer that is looked at. */
const MOST_BODY = 2_000;

/** @throws {Error} whose code says why no answer came */
export async function reach(url: string, clock: Clock, timeoutMs: number): Promise<Reached> {
  const dispatcher = new Agent({ connect: { timeout: timeoutMs }, pipelining: 0 });
  try {
    const at = clock.now().getTime();
    const began = performance.now();
    const response = await send(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      dispatcher,
    });
    const milliseconds = performance.now() - began;
    const date = Date.parse(response.headers.get('date') ?? '');
    const body = (await response.text()).slice(0, MOST_BODY);
    // The header has whole seconds, cut off: the host is half a second further on average.
    const aheadMs = date + 500 - (at + milliseconds / 2);
    return {
      status: response.status,
      milliseconds: Math.round(milliseconds),
      clock: Number.isNaN(date) ? undefined : { aheadMs, errorMs: 500 + milliseconds / 2 },
      body,
    };
  } finally {
    void dispatcher.destroy().catch(() => {});
  }
}

/** Codes by which TLS says that a certificate cannot be trusted. */
const CERTIFICATE_CODES =
  /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

export function certificateProblem(error: unknown): string | undefined {
  const code = failureCode(error);
  return code !== undefined && CERTIFICATE_CODES.test(code) ? code : undefined;
}

/** Why a connection failed, without the address it was for. */
export function failureOf(error: unknown): string {
  const code = failureCode(error);
  if (code !== undefined) return code;
  const name = (error as Error)?.name;
  return name === 'TimeoutError' ? 'no answer in time' : String((error as Error)?.message ?? error);
}

export interface Certificate {
  readonly host: string;
  /** Why it is not trusted; undefined when it is. */
  readonly problem: string | undefined;
  readonly validUntil: Date;
  /** It names an organisation, not only the domain (OV or EV). */
  readonly namesOrganisation: boolean;
}

/** @param ca further authorities to trust, in PEM */
export async function readCertificate(
  address: URL,
  timeoutMs: number,
  ca?: string,
): Promise<Certificate> {
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const isName = !/^[\d.]+$|:/.test(host);
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host,
      port: Number(address.port || 443),
      ...(isName ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      // What is wrong with it is the question.
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      const { authorizationError, authorized } = socket;
      socket.destroy();
      resolve({
        host,
        problem: authorized ? undefined : String(authorizationError ?? 'unknown'),
        validUntil: new Date(certificate.valid_to),
        namesOrganisation: Boolean(certificate.subject?.O),
      });
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
    socket.once('error', reject);
  });
}
