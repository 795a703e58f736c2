/** Arbitrary valid experiments for property tests: any mixture of calls, options, sysctls and faults, sensible or not. */

import fc from 'fast-check';
import type { Experiment, Fault, HostName, Program, SocketOptions, Step, SysctlValues } from '../../src/kernel/experiment.js';

const host = fc.constantFrom<HostName>('A', 'B');
/** Times on a coarse grid, so that things coincide now and then. */
const time = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most * 8 }).map((n) => n / 8);
const maybeAt = fc.option(time(40), { nil: undefined, freq: 2 });
const bytes = fc.oneof(fc.constantFrom(0, 1, 100, 1447, 1448, 1449, 14_480, 65_536, 300_000), fc.integer({ min: 1, max: 5000 }));

const options: fc.Arbitrary<SocketOptions> = fc.record(
  {
    SO_REUSEADDR: fc.constantFrom(0, 1),
    SO_REUSEPORT: fc.constantFrom(0, 1),
    SO_KEEPALIVE: fc.constantFrom(0, 1),
    TCP_KEEPIDLE: fc.integer({ min: 0, max: 20 }),
    TCP_KEEPINTVL: fc.integer({ min: 1, max: 5 }),
    TCP_KEEPCNT: fc.integer({ min: 0, max: 130 }),
    TCP_USER_TIMEOUT: fc.integer({ min: -1, max: 9000 }),
    TCP_NODELAY: fc.constantFrom(0, 1),
    TCP_CORK: fc.constantFrom(0, 1),
    TCP_SYNCNT: fc.integer({ min: 0, max: 5 }),
    TCP_LINGER2: fc.constantFrom(-1, 0, 1, 70, 500),
    TCP_DEFER_ACCEPT: fc.integer({ min: 0, max: 10 }),
    TCP_QUICKACK: fc.constantFrom(0, 1),
    TCP_RTO_MAX_MS: fc.constantFrom(10, 1000, 5000),
    SO_RCVBUF: fc.constantFrom(1, 4096, 8192, 100_000),
    SO_SNDBUF: fc.constantFrom(1, 4096, 16_384),
    SO_RCVLOWAT: fc.constantFrom(0, 1, 1000),
    IP_RECVERR: fc.constantFrom(0, 1),
    O_NONBLOCK: fc.constantFrom(0, 1),
    SO_LINGER: fc.constantFrom<number[]>([0, 0], [1, 0], [1, 2]),
    SO_RCVTIMEO: fc.constantFrom(0, 0.5, 3),
    SO_SNDTIMEO: fc.constantFrom(0, 0.5, 3),
  },
  { requiredKeys: [] },
);

const flags = fc.option(fc.subarray(['MSG_NOSIGNAL', 'MSG_DONTWAIT', 'MSG_PEEK', 'MSG_WAITALL']), { nil: undefined });
const port = fc.constantFrom(5000, 5001);
const to = fc.constantFrom('A:5000', 'B:5000', 'B:5001', 'A:41000', '10.99.0.1:5000');
const name = fc.constantFrom('l', 'c', 's', 't');

function timed(step: fc.Arbitrary<Step>): fc.Arbitrary<Step> {
  return fc.tuple(step, maybeAt).map(([s, at]) => (at === undefined ? s : { ...s, at }));
}

const plain: fc.Arbitrary<Step> = timed(
  fc.oneof(
    fc.record({ do: fc.constant('listen' as const), as: name, port, backlog: fc.constantFrom(-1, 0, 1, 16), options }),
    fc.record({ do: fc.constant('accept' as const), on: name, as: name, options: fc.option(options, { nil: undefined }) }),
    fc.record({
      do: fc.constant('connect' as const),
      as: name,
      to,
      bindPort: fc.option(fc.constantFrom(41_000, 5000), { nil: undefined }),
      options,
    }),
    fc.record({ do: fc.constant('connect' as const), on: name, to }),
    fc.record({ do: fc.constant('setsockopt' as const), on: name, options }),
    fc.record({
      do: fc.constant('getsockopt' as const),
      on: name,
      option: fc.constantFrom('SO_ERROR', 'TCP_KEEPIDLE', 'SO_RCVBUF', 'TCP_QUICKACK'),
    }),
    fc.record({ do: fc.constant('send' as const), on: name, bytes, flags }),
    fc.record({ do: fc.constant('recv' as const), on: name, bytes: fc.option(bytes, { nil: undefined }), flags }),
    fc.record({ do: fc.constant('recvUntilEof' as const), on: name }),
    fc.record({ do: fc.constant('fill' as const), on: name }),
    fc.record({
      do: fc.constant('poll' as const),
      on: name,
      for: fc.constantFrom(0, 0.5, 5),
      events: fc.constantFrom('IN', 'IN|OUT|RDHUP', 'OUT'),
    }),
    fc.record({ do: fc.constant('shutdown' as const), on: name, how: fc.constantFrom('RD' as const, 'WR' as const, 'RDWR' as const) }),
    fc.record({ do: fc.constant('close' as const), on: name }),
    fc.record({ do: fc.constant('sleep' as const), for: fc.constantFrom(0, 0.001, 0.3, 4) }),
  ),
);

const steps: fc.Arbitrary<Step[]> = fc.array(plain, { maxLength: 12 });
const anySteps: fc.Arbitrary<Step[]> = fc
  .tuple(steps, steps, fc.integer({ min: 0, max: 6 }), fc.constantFrom('none', 'repeat', 'fork', 'hold'))
  .map(([a, b, times, how]) => {
    if (how === 'repeat') return [...a, { do: 'repeat', times, steps: b }];
    if (how === 'fork') return [...a, { do: 'fork', as: `child${times}-${a.length}-${b.length}`, steps: b }, ...b];
    return how === 'hold' ? [...a, { do: 'hold' }] : a;
  });

/** A pair of programs that mostly reach each other. */
const server: fc.Arbitrary<Program> = fc
  .tuple(options, options, steps)
  .map(([l, c, rest]) => ({
    name: 'server',
    host: 'B',
    steps: [
      { do: 'listen', as: 'l', port: 5000, backlog: 4, options: { ...l, SO_REUSEADDR: 1, O_NONBLOCK: 0 } },
      { do: 'accept', on: 'l', as: 'c', options: c },
      ...rest,
      { do: 'hold' },
    ],
  }));
const client: fc.Arbitrary<Program> = fc
  .tuple(options, anySteps)
  .map(([o, rest]) => ({ name: 'client', host: 'A', steps: [{ at: 0.125, do: 'connect', as: 's', to: 'B:5000', options: o }, ...rest] }));

const fault: fc.Arbitrary<Fault> = fc
  .tuple(
    time(40),
    fc.oneof(
      fc.record({ fault: fc.constant('powerLoss' as const), host }),
      fc.record({ fault: fc.constant('boot' as const), host, program: fc.constantFrom('server', 'client', 'third') }),
      fc.record({ fault: fc.constant('cut' as const), from: fc.option(host, { nil: undefined }) }),
      fc.constant({ fault: 'restore' as const }),
      fc.record({ fault: fc.constant('kill' as const), program: fc.constantFrom('server', 'client', 'third') }),
      fc.record({
        fault: fc.constant('drop' as const),
        from: host,
        flag: fc.constantFrom('S' as const, 'F' as const, 'R' as const, 'data' as const, 'ack' as const, undefined),
        skip: fc.integer({ min: 0, max: 3 }),
        count: fc.integer({ min: 1, max: 4 }),
      }),
      fc.record({ fault: fc.constant('freeze' as const), program: fc.constantFrom('server', 'client') }),
      fc.record({ fault: fc.constant('thaw' as const), program: fc.constantFrom('server', 'client') }),
      fc.record({ fault: fc.constant('icmp' as const), from: host, code: fc.constantFrom(0, 1, 2, 3, 13) }),
      fc.record({ fault: fc.constant('natForget' as const), newPort: fc.option(fc.constant(45_000), { nil: undefined }) }),
      fc.record({ fault: fc.constant('linkDown' as const), host }),
      fc.record({ fault: fc.constant('linkUp' as const), host }),
    ),
  )
  .map(([at, f]) => ({ at, ...f }));

const n = 'net.ipv4.';
const sysctls: fc.Arbitrary<SysctlValues> = fc.record(
  {
    [`${n}tcp_retries2`]: fc.integer({ min: 0, max: 8 }),
    [`${n}tcp_orphan_retries`]: fc.integer({ min: 0, max: 4 }),
    [`${n}tcp_syn_retries`]: fc.integer({ min: 1, max: 4 }),
    [`${n}tcp_synack_retries`]: fc.integer({ min: 0, max: 3 }),
    [`${n}tcp_fin_timeout`]: fc.constantFrom(0, 1, 60, 70),
    [`${n}tcp_timestamps`]: fc.constantFrom(0, 1),
    [`${n}tcp_sack`]: fc.constantFrom(0, 1),
    [`${n}tcp_window_scaling`]: fc.constantFrom(0, 1),
    [`${n}tcp_syncookies`]: fc.constantFrom(0, 1, 2),
    [`${n}tcp_early_retrans`]: fc.constantFrom(0, 3),
    [`${n}tcp_recovery`]: fc.constantFrom(0, 1),
    [`${n}tcp_abort_on_overflow`]: fc.constantFrom(0, 1),
    [`${n}ip_local_port_range`]: fc.constantFrom('40000 40001', '32768 60999'),
    [`${n}tcp_tw_reuse`]: fc.constantFrom(0, 1, 2),
    [`${n}tcp_max_tw_buckets`]: fc.constantFrom(0, 1, 1000),
    [`${n}tcp_max_orphans`]: fc.constantFrom(0, 1000),
    [`${n}tcp_thin_linear_timeouts`]: fc.constantFrom(0, 1),
    [`${n}tcp_rto_max_ms`]: fc.constantFrom(1000, 120_000),
    [`${n}tcp_rmem`]: fc.constantFrom('4096 4096 8192', '4096 131072 6291456'),
    [`${n}tcp_wmem`]: fc.constantFrom('4096 4096 8192', '4096 16384 4194304'),
  },
  { requiredKeys: [] },
);

export const experiment: fc.Arbitrary<Experiment> = fc.record({
  name: fc.constant('random'),
  rttMs: fc.constantFrom(0, 1, 20, 300),
  durationS: fc.constantFrom(1, 30, 300),
  link: fc.constantFrom({ mode: 'routed' as const }, { mode: 'lan' as const }),
  sysctls: fc.record({ A: sysctls, B: sysctls }),
  programs: fc
    .tuple(server, client, fc.option(fc.tuple(host, anySteps), { nil: undefined }))
    .map(([s, c, third]): Program[] => (third === undefined ? [s, c] : [s, c, { name: 'third', host: third[0], steps: third[1] }])),
  faults: fc.array(fault, { maxLength: 5 }),
  model: fc.record({
    kernel: fc.constantFrom('5.15', '6.1', '6.18'),
    hz: fc.constantFrom(250, 1000),
    phase: fc.integer({ min: 0, max: 131_071 }).map((ms) => ms / 1000),
  }),
});
