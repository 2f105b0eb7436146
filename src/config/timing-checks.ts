/** Times of `ponbridge.yaml` that must fit together. */
import type { Report } from './problem.ts';
import type { ServiceFile } from './service-file.ts';

type Part<Key extends keyof ServiceFile> = Pick<ServiceFile, Key>;

export function checkTimes(service: Part<'timings' | 'alerts' | 'reconcile'>, report: Report) {
  checkTimings(service.timings, report);
  checkAlerts(service, report);
  checkReconcile(service.reconcile, report);
}

function checkTimings(times: ServiceFile['timings'], report: Report) {
  const least = times.signatureWindow + times.clockSkew + times.requestLife + times.listingLag;
  if (times.settle < least) {
    report(
      ['timings', 'settle'],
      `is ${times.settle / 1000} s; it must be at least signatureWindow + clockSkew + requestLife + listingLag = ${least / 1000} s, or a purchase still on its way could be bought again`,
    );
  }
  const mostSend = times.signatureWindow - times.clockSkew;
  if (times.sendWithin > mostSend) {
    report(
      ['timings', 'sendWithin'],
      `is ${times.sendWithin / 1000} s; it must be at most signatureWindow - clockSkew = ${mostSend / 1000} s, or a purchase could be sent when its signature is refused as too old, or after it was taken for lost`,
    );
  }
}

function checkAlerts({ alerts, timings }: Part<'alerts' | 'timings'>, report: Report) {
  const { noListing } = alerts;
  if (noListing === undefined || noListing > timings.agentPoll) return;
  report(
    ['alerts', 'noListing'],
    `is ${noListing / 1000} s; it must be more than timings.agentPoll = ${timings.agentPoll / 1000} s, or the alert would be raised between two listings that both work`,
  );
}

/** What changed since the last re-scan must lie in the next one's period, twice over for a missed one. */
function checkReconcile({ every, days }: ServiceFile['reconcile'], report: Report) {
  if (2 * every <= days * 86_400_000) return;
  report(
    ['reconcile', 'days'],
    `is ${days}; it must be at least twice reconcile.every (${every / 3_600_000} h), or a missed re-scan leaves a gap`,
  );
}
