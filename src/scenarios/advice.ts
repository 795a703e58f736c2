/** The values that are advised: one set for the light bulb's fixes and the simulator's cures, so that both promise the same. */

/** Seconds idle, seconds between probes, probes: a dead peer is noticed before usual middle boxes forget the connection. */
export const KEEPALIVE = { idle: 60, interval: 10, count: 3 } as const;
/**
 * TCP_USER_TIMEOUT, milliseconds: while data are in flight, keepalive does
 * not probe. Shorter ones have cut healthy connections off in bad networks.
 */
export const USER_TIMEOUT_MS = 30_000;
/** A time limit for calls, seconds. */
export const LIMIT = 30;
/** A backlog that holds a burst. */
export const BACKLOG = 128;

/** Keepalive as socket options. */
export const KEEPALIVE_OPTIONS = [
  { name: 'TCP_KEEPIDLE', value: KEEPALIVE.idle },
  { name: 'TCP_KEEPINTVL', value: KEEPALIVE.interval },
  { name: 'TCP_KEEPCNT', value: KEEPALIVE.count },
];
