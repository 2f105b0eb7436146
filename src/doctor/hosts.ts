/** The outside hosts: one request each, without credentials. */
import type { Exam } from '../../connectors/question.ts';
import type { Clock } from '../clock.ts';
import type { Settings } from '../config.ts';
import { agents, marketplaces } from '../registry.ts';
import { CLOCK, HOST_QUESTIONS, REACHABLE } from './questions-hosts.ts';
import { certificateProblem, failureOf, type Reached, reach } from './reach.ts';
import type { Scope } from './scope.ts';

export interface HostGiven {
  readonly url: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly skewMs: number;
}

export const hostExam: Exam<HostGiven> = {
  questions: HOST_QUESTIONS,
  async ask({ url, clock, timeoutMs, skewMs }, tell) {
    let reached: Reached;
    try {
      reached = await reach(url, clock, timeoutMs);
    } catch (error) {
      const why = certificateProblem(error);
      if (why === undefined) tell(REACHABLE, 'silent', { why: failureOf(error) });
      else tell(REACHABLE, 'untrusted', { why });
      return;
    }
    const { milliseconds: ms, clock: its } = reached;
    tell(REACHABLE, isEncrypted(url) ? 'answers' : 'plain', { ms });
    if (!its) return tell(CLOCK, 'unsaid');
    tell(CLOCK, ...compareClocks(its.aheadMs, its.errorMs, skewMs));
  },
};

/** They differ when they do so for certain. */
export function compareClocks(
  aheadMs: number,
  errorMs: number,
  skewMs: number,
): ['agree' | 'differ', { seconds: string; allowed: number }] {
  const apart = Math.max(0, Math.abs(aheadMs) - errorMs);
  const values = { seconds: (apart / 1000).toFixed(1), allowed: skewMs / 1000 };
  return [apart > skewMs ? 'differ' : 'agree', values];
}

/** What stays on this machine needs no encryption. */
function isEncrypted(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(hostname);
}

/** Every address that the apps, accounts and stores in question call, once for each origin. */
export function hostsOf(settings: Settings, scope: Scope): readonly string[] {
  const urls = [
    ...scope.accounts.flatMap(
      (account) => agents.get(account.agent)?.doctor.hosts(account.settings) ?? [],
    ),
    ...scope.apps.flatMap((app) => {
      const countries = [...settings.stores.values()]
        .filter(({ settings: its }) => its.marketplace === app.marketplace && its.app === app.name)
        .map((store) => store.settings.country);
      const module = marketplaces.get(app.marketplace);
      return module?.doctor.hosts(app.settings, [...new Set(countries)]) ?? [];
    }),
  ];
  return [...new Map(urls.map((url) => [new URL(url).origin, url])).values()];
}
