/** The times of the run's settings and of the world outside, which keeps within them; in ms. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const SIGNATURE_WINDOW = 100 * SECOND;
export const CLOCK_SKEW = 10 * SECOND;
export const REQUEST_LIFE = 20 * SECOND;
export const LISTING_LAG = 20 * SECOND;
/** Exactly the sum: the least that `check` allows. */
export const SETTLE = SIGNATURE_WINDOW + CLOCK_SKEW + REQUEST_LIFE + LISTING_LAG;
export const SETTLE_READ = 60 * SECOND;
export const CALL_TIMEOUT = 15 * SECOND;
export const SEND_WITHIN = 10 * SECOND;
export const LISTING_FRESH = 60 * SECOND;
/** An agent's order is being built for this long. */
export const BUILDING = 5 * SECOND;

export const TIMINGS = {
  signatureWindow: '100s',
  clockSkew: '10s',
  requestLife: '20s',
  listingLag: '20s',
  settle: '150s',
  settleRead: '60s',
  sendWithin: '10s',
  callTimeout: '15s',
  listingFresh: '60s',
  agentPoll: '20m',
  payPoll: '5m',
  parcelPoll: '20m',
  shipPoll: '5m',
};
