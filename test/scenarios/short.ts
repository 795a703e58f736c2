/**
 * Short versions of the scenarios, for the model against the real kernel: small sysctls and parameters keep each run below half a minute.
 */

import type { SysctlValues } from '../../src/kernel/experiment.js';
import type { ConnectionProfile } from '../../src/scenarios/profile.js';
import type { ParameterValues } from '../../src/scenarios/scenario.js';
import { client, LEAK, LISTENS, LOOP, REQUEST, SERVE, server } from './profiles.js';

export interface ShortCase {
  /** Scenario and what is special about this run. */
  name: string;
  scenario: string;
  profile: ConnectionProfile;
  parameters?: ParameterValues;
  sysctls?: SysctlValues;
  /** The run is cut here (seconds): what comes later takes too long for a lab. */
  until?: number;
}

const SHORT = {
  'net.ipv4.tcp_retries2': 3,
  'net.ipv4.tcp_orphan_retries': 3,
  'net.ipv4.tcp_fin_timeout': 3,
  'net.ipv4.tcp_syn_retries': 2,
  'net.ipv4.tcp_syn_linear_timeouts': 1,
};
const KEEPALIVE = { on: true, idle: 4, interval: 2, count: 3, from: 'option', line: 3 } as const;
const plain = client(REQUEST);
const leak = client(LEAK);
const idle = client(LISTENS);

export const SHORT_CASES: readonly ShortCase[] = [
  { name: 'orderly-close-3', scenario: 'orderly-close', profile: plain, until: 12 },
  { name: 'orderly-close-4', scenario: 'orderly-close', profile: plain, parameters: { segments: '4' }, until: 12 },
  { name: 'orderly-close-late', scenario: 'orderly-close', profile: plain, parameters: { segments: 'late', lateBy: 6 }, until: 14 },
  { name: 'orderly-close-peer-first', scenario: 'orderly-close', profile: plain, parameters: { first: 'peer' }, until: 12 },
  { name: 'orderly-close-server', scenario: 'orderly-close', profile: server(SERVE), until: 12 },
  { name: 'peer-process-killed-waiting', scenario: 'peer-process-killed', profile: leak, until: 12 },
  { name: 'peer-process-killed-sending', scenario: 'peer-process-killed', profile: plain, parameters: { moment: 'sending' }, until: 12 },
  { name: 'peer-closes-leak', scenario: 'peer-closes-we-do-not', profile: leak, until: 12 },
  { name: 'peer-closes-loop', scenario: 'peer-closes-we-do-not', profile: server(LOOP), until: 12 },
  { name: 'peer-closes-we-close', scenario: 'peer-closes-we-do-not', profile: plain, until: 12 },
  { name: 'power-idle-keepalive', scenario: 'peer-host-loses-power-idle', profile: client(LISTENS, { keepalive: KEEPALIVE }), until: 25 },
  { name: 'power-idle-never', scenario: 'peer-host-loses-power-idle', profile: idle, until: 12 },
  { name: 'power-idle-limit', scenario: 'peer-host-loses-power-idle', profile: client(REQUEST, { readTimeout: 3 }), until: 20 },
  {
    name: 'power-idle-server-loop',
    scenario: 'peer-host-loses-power-idle',
    profile: server(LOOP, { keepalive: { ...KEEPALIVE, from: 'listener' } }),
    until: 25,
  },
  { name: 'power-write', scenario: 'peer-host-loses-power-while-we-write', profile: plain, until: 25 },
  {
    name: 'power-write-user-timeout',
    scenario: 'peer-host-loses-power-while-we-write',
    profile: client(REQUEST, { userTimeoutMs: 3000 }),
    until: 25,
  },
  { name: 'cut-mended', scenario: 'network-cut-and-mended', profile: plain, parameters: { outage: 2 }, until: 20 },
  {
    name: 'cut-mended-waiting',
    scenario: 'network-cut-and-mended',
    profile: plain,
    parameters: { outage: 3, moment: 'waiting' },
    until: 20,
  },
  { name: 'cut-not-mended-in-time', scenario: 'network-cut-and-mended', profile: plain, parameters: { outage: 12 }, until: 25 },
  { name: 'reboots-sending', scenario: 'peer-reboots', profile: plain, parameters: { down: 3, moment: 'sending' }, until: 20 },
  {
    name: 'reboots-keepalive',
    scenario: 'peer-reboots',
    profile: client(LISTENS, { keepalive: KEEPALIVE }),
    parameters: { down: 3 },
    until: 20,
  },
  { name: 'frozen-waiting', scenario: 'peer-frozen', profile: client(LISTENS, { keepalive: KEEPALIVE }), until: 15 },
  { name: 'frozen-thaws', scenario: 'peer-frozen', profile: plain, parameters: { thawsAfter: 4 }, until: 15 },
  { name: 'dead-host', scenario: 'connect-to-dead-host', profile: plain, until: 25 },
  { name: 'dead-host-lan', scenario: 'connect-to-dead-host', profile: plain, parameters: { link: 'lan' }, until: 12 },
  { name: 'dead-host-limit', scenario: 'connect-to-dead-host', profile: client(REQUEST, { connectTimeout: 2 }), until: 12 },
  { name: 'closed-port', scenario: 'connect-to-closed-port', profile: plain, until: 8 },
  { name: 'closed-port-limit', scenario: 'connect-to-closed-port', profile: client(REQUEST, { connectTimeout: 2 }), until: 8 },
  { name: 'unread-peer', scenario: 'close-with-unread-data', profile: plain, until: 10 },
  { name: 'unread-us', scenario: 'close-with-unread-data', profile: plain, parameters: { who: 'us' }, until: 10 },
  {
    name: 'linger-zero',
    scenario: 'close-with-unread-data',
    profile: client(REQUEST, { linger: 0 }),
    parameters: { who: 'us', unread: false },
    until: 10,
  },
  { name: 'child-keeps', scenario: 'child-keeps-descriptor', profile: plain, parameters: { childLives: 4 }, until: 15 },
  { name: 'queue-full-syn', scenario: 'accept-queue-full', profile: plain, until: 20 },
  { name: 'queue-full-ack', scenario: 'accept-queue-full', profile: plain, parameters: { dropped: 'ack' }, until: 12 },
  {
    name: 'queue-full-ack-abort',
    scenario: 'accept-queue-full',
    profile: plain,
    parameters: { dropped: 'ack', abortOnOverflow: true },
    until: 12,
  },
  { name: 'queue-full-server', scenario: 'accept-queue-full', profile: server(SERVE, { backlog: 1 }), until: 20 },
  { name: 'restart-without', scenario: 'restart-in-time-wait', profile: server(SERVE), until: 10 },
  { name: 'restart-with', scenario: 'restart-in-time-wait', profile: server(SERVE, { reuseAddr: true }), until: 10 },
  { name: 'ports', scenario: 'ports-exhausted-by-time-wait', profile: plain, parameters: { ports: 4 }, until: 15 },
  { name: 'ports-reuse', scenario: 'ports-exhausted-by-time-wait', profile: plain, parameters: { ports: 4, twReuse: '1' }, until: 15 },
  {
    name: 'fleet-server',
    scenario: 'leak-fleet',
    profile: server(SERVE.slice(0, 4), { backlog: 2 }),
    parameters: { rate: 10, descriptors: 12 },
    until: 15,
  },
  { name: 'fleet-client', scenario: 'leak-fleet', profile: leak, parameters: { rate: 10, descriptors: 12 }, until: 8 },
  { name: 'nat-drop', scenario: 'idle-flow-forgotten', profile: idle, until: 12 },
  { name: 'idle-limit-crossing', scenario: 'peer-idle-limit', profile: plain, parameters: { limit: 4 }, until: 14 },
  { name: 'idle-limit-unread', scenario: 'peer-idle-limit', profile: plain, parameters: { limit: 4, moment: 'unread' }, until: 14 },
  { name: 'idle-limit-later', scenario: 'peer-idle-limit', profile: plain, parameters: { limit: 4, moment: 'later' }, until: 14 },
  { name: 'idle-limit-none', scenario: 'peer-idle-limit', profile: plain, parameters: { limit: 4, moment: 'none' }, until: 14 },
  {
    name: 'idle-limit-reset',
    scenario: 'peer-idle-limit',
    profile: plain,
    parameters: { limit: 4, moment: 'later', ends: 'reset' },
    until: 14,
  },
  {
    name: 'idle-limit-keepalive',
    scenario: 'peer-idle-limit',
    profile: client(REQUEST, { keepalive: { ...KEEPALIVE, idle: 2 } }),
    parameters: { limit: 7 },
    until: 18,
  },
  { name: 'idle-limit-server', scenario: 'peer-idle-limit', profile: server(LOOP), parameters: { limit: 4 }, until: 14 },
  { name: 'slow-reader-user-timeout', scenario: 'slow-reader', profile: client(REQUEST, { userTimeoutMs: 4000 }), until: 20 },
];

export const SHORT_SYSCTLS: SysctlValues = SHORT;
