/** What getsockopt() gives back, and calls on sockets that are not connected: rules that no recorded experiment asks for. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Experiment, SocketOptions, Step } from '../../src/kernel/experiment.js';
import { simulate } from '../../src/kernel/simulate.js';
import type { CallRow } from '../../src/kernel/trace.js';
import { dead, scene } from './rules-cases.js';

const callsOf = (experiment: Experiment, program = 'client'): CallRow[] =>
  simulate(experiment).calls.filter((c) => c.program === program && c.call !== 'setsockopt');
const results = (experiment: Experiment, program = 'client'): (string | number | null)[] =>
  callsOf(experiment, program).map((c) => (c.end === null ? null : (c.errno ?? c.result)));

test('an option that was set is read back in the same unit', () => {
  const options: SocketOptions = {
    SO_KEEPALIVE: 1,
    SO_REUSEADDR: 1,
    SO_RCVLOWAT: 7,
    SO_RCVTIMEO: 30,
    TCP_NODELAY: 1,
    TCP_KEEPIDLE: 40,
    TCP_KEEPINTVL: 5,
    TCP_KEEPCNT: 6,
    TCP_SYNCNT: 3,
    TCP_USER_TIMEOUT: 12_000,
    TCP_LINGER2: 9,
    TCP_RTO_MAX_MS: 2000,
  };
  const read = (given: SocketOptions): Record<string, number | string | null> => {
    const names = Object.keys(options);
    const steps = names.map((option): Step => ({ do: 'getsockopt', on: 's', option }));
    const told = results(scene({ options: given, steps, duration: 2 })).slice(1);
    return Object.fromEntries(names.map((name, i) => [name, told[i] ?? null]));
  };
  assert.deepEqual(read(options), options);
  // What was not set is the kernel's default.
  assert.deepEqual(read({}), {
    SO_KEEPALIVE: 0,
    SO_REUSEADDR: 0,
    SO_RCVLOWAT: 1,
    SO_RCVTIMEO: 0,
    TCP_NODELAY: 0,
    TCP_KEEPIDLE: 7200,
    TCP_KEEPINTVL: 75,
    TCP_KEEPCNT: 9,
    TCP_SYNCNT: 6,
    TCP_USER_TIMEOUT: 0,
    TCP_LINGER2: 60,
    TCP_RTO_MAX_MS: 120_000,
  });
});

test('shutdown() of a listener ends it; of a socket that connects, the attempt', () => {
  const listens: Step[] = [{ at: 0.1, do: 'listen', as: 'l', port: 5000 }];
  const two = (how: 'RD' | 'WR'): Experiment => ({
    name: 'listener',
    durationS: 5,
    programs: [
      { name: 'server', host: 'B', steps: [...listens, { at: 0.2, do: 'shutdown', on: 'l', how }, { do: 'hold' }] },
      { name: 'client', host: 'A', steps: [{ at: 1, do: 'connect', as: 's', to: 'B:5000' }, { do: 'hold' }] },
    ],
  });
  assert.deepEqual(results(two('RD')), ['ECONNREFUSED']);
  assert.deepEqual(results(two('WR')), [0]);
  const connecting = scene({
    faults: dead,
    options: { O_NONBLOCK: 1 },
    steps: [
      { do: 'shutdown', on: 's' },
      { do: 'recv', on: 's' },
    ],
    duration: 5,
  });
  assert.deepEqual(results(connecting).slice(0, 2), ['EINPROGRESS', 0]);
  assert.equal(simulate(connecting).packets.filter((p) => p.flags === 'S').length, 1);
});

test('SO_REUSEADDR lets two sockets have a port only where both have it', () => {
  const second = (first: SocketOptions, options: SocketOptions): number | string | null | undefined => {
    const own = (name: string, at: number, given: SocketOptions): Experiment['programs'][number] => ({
      name,
      host: 'A',
      steps: [{ at, do: 'connect', as: 's', to: at < 1 ? 'B:5000' : 'B:5001', bindPort: 7000, options: given }, { do: 'hold' }],
    });
    const server = (port: number): Experiment['programs'][number] => ({
      name: `server ${port}`,
      host: 'B',
      steps: [{ do: 'listen', as: 'l', port }, { do: 'hold' }],
    });
    const programs = [server(5000), server(5001), own('first', 0.5, first), own('second', 2, options)];
    return results({ name: 'ports', durationS: 5, programs }, 'second')[0];
  };
  const reuse = { SO_REUSEADDR: 1 };
  assert.deepEqual(
    [second(reuse, reuse), second(reuse, {}), second({}, reuse), second({}, {})],
    [0, 'EADDRINUSE', 'EADDRINUSE', 'EADDRINUSE'],
  );
});

test('with TCP_DEFER_ACCEPT a connection is accepted when its data come, and the SYN-ACK is not sent again before', () => {
  const deferred = scene({ serverOptions: { TCP_DEFER_ACCEPT: 10 }, steps: [{ at: 3, do: 'send', on: 's', bytes: 10 }], duration: 8 });
  const accept = callsOf(deferred, 'server').find((c) => c.call === 'accept');
  assert.ok(accept?.end != null && accept.end > 3 && accept.end < 3.01, `accepted at ${accept?.end}`);
  assert.equal(simulate(deferred).packets.filter((p) => p.from === 'B' && p.flags.includes('S')).length, 1);
});

test('a listener beside a socket that has the port needs SO_REUSEADDR of both, and never stands beside a listener', () => {
  const REUSE: SocketOptions = { SO_REUSEADDR: 1 };
  const beside = (first: 'connects' | 'listens', its: SocketOptions, own: SocketOptions): number | string | null | undefined => {
    const step: Step =
      first === 'listens'
        ? { at: 0.5, do: 'listen', as: 'l', port: 7000, options: its }
        : { at: 0.5, do: 'connect', as: 's', to: 'B:5000', bindPort: 7000, options: its };
    const programs: Experiment['programs'] = [
      { name: 'server', host: 'B', steps: [{ do: 'listen', as: 'l', port: 5000 }, { do: 'hold' }] },
      { name: 'first', host: 'A', steps: [step, { do: 'hold' }] },
      { name: 'second', host: 'A', steps: [{ at: 2, do: 'listen', as: 'l', port: 7000, options: own }, { do: 'hold' }] },
    ];
    return results({ name: 'ports', durationS: 5, programs }, 'second')[0];
  };
  assert.deepEqual(
    [beside('connects', REUSE, REUSE), beside('connects', REUSE, {}), beside('connects', {}, REUSE), beside('listens', REUSE, REUSE)],
    [0, 'EADDRINUSE', 'EADDRINUSE', 'EADDRINUSE'],
  );
});
