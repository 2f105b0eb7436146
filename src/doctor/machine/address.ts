/** The public address: does it lead here, and do others trust its certificate? */
import { randomBytes } from 'node:crypto';
import type { Exam } from '../../../connectors/question.ts';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../database/connect.ts';
import { addNoted, forgetNonce } from '../../database/noted.ts';
import { livingProcesses } from '../../database/processes.ts';
import { ADDRESS, CERTIFICATE } from '../questions-machine.ts';
import { certificateProblem, failureOf, type Reached, reach, readCertificate } from '../reach.ts';

export interface AddressGiven {
  readonly db: Database;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly publicUrl: string | undefined;
}

const DAY_MS = 86_400_000;
/** Certificates are renewed by themselves 30 days before their end: at 14 something does not work. */
const ENDING_DAYS = 14;

export const addressExam: Exam<AddressGiven> = {
  questions: [ADDRESS],
  async ask({ db, clock, timeoutMs, publicUrl }, tell) {
    if (!publicUrl) return tell(ADDRESS, 'unset');
    const listening = (await livingProcesses(db)).some((process) => process.role !== 'worker');
    if (!listening) return tell(ADDRESS, 'no-service');
    const address = publicUrl.replace(/\/+$/, '');
    const nonce = randomBytes(16).toString('hex');
    await addNoted(db, 'nonce', nonce, 1, clock.now());
    let reached: Reached;
    try {
      reached = await reach(`${address}/reach/${nonce}`, clock, timeoutMs);
    } catch (error) {
      const why = certificateProblem(error) ?? failureOf(error);
      return tell(ADDRESS, 'unreached', { address, why });
    } finally {
      await forgetNonce(db, nonce, clock.now());
    }
    const isOurs = reached.status === 200 && reached.body.includes(nonce);
    tell(ADDRESS, isOurs ? 'leads' : 'elsewhere', { address, status: reached.status });
  },
};

export interface CertificateGiven {
  readonly publicUrl: string | undefined;
  readonly now: Date;
  readonly timeoutMs: number;
  /** A marketplace that is said to want such a certificate is to push here, and has not done so yet. */
  readonly wantsOrganisation: boolean;
  /** Further authorities to trust, in PEM. */
  readonly ca?: string;
}

export const certificateExam: Exam<CertificateGiven> = {
  questions: [CERTIFICATE],
  async ask({ publicUrl, now, timeoutMs, wantsOrganisation, ca }, tell) {
    if (!publicUrl) return tell(CERTIFICATE, 'unset');
    const address = new URL(publicUrl);
    if (address.protocol !== 'https:') return tell(CERTIFICATE, 'plain');
    const found = await readCertificate(address, timeoutMs, ca);
    const { host, problem } = found;
    const days = Math.floor((found.validUntil.getTime() - now.getTime()) / DAY_MS);
    const values = { host, days };
    if (problem) tell(CERTIFICATE, 'untrusted', { host, why: problem });
    else if (days < ENDING_DAYS) tell(CERTIFICATE, 'ending', values);
    else if (wantsOrganisation && !found.namesOrganisation)
      tell(CERTIFICATE, 'domain-only', values);
    else tell(CERTIFICATE, 'trusted', values);
  },
};
