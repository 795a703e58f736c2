/** What ends a socket and when: from the model with the machine's sysctls, never a number of its own. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { endingOf } from '../../src/diagnosis/explanation/ending.js';
import type { Ending } from '../../src/diagnosis/explanation/ending.js';
import { readText } from '../../src/diagnosis/read.js';
import type { SysctlValues } from '../../src/kernel/experiment.js';

const ROWS = 'ESTAB 0 0 10.0.0.5:1 10.0.0.9:2 users:(("x",pid=1,fd=3)) timer:(keepalive,2sec,0)\n';

/** The end of the first row; rows that show a timer and a holder beside it make -o and -p certain. */
function end(row: string, A: SysctlValues = {}): Ending {
  const [socket] = readText(`${row}\n${ROWS}`).sockets;
  assert.ok(socket, row);
  return endingOf(socket, { ...DEFAULT_MACHINE, sysctls: { A, B: {} } });
}

const held = 'users:(("x",pid=1,fd=4))';
const within = (e: Ending, from: number, to: number): void => {
  assert.ok(
    e.earliest !== null && e.latest !== null && e.earliest >= from && e.latest <= to && e.earliest <= e.latest,
    `${e.kind} ${e.earliest}..${e.latest}, not in ${from}..${to}`,
  );
};

test('data that are resent end with ETIMEDOUT, and tcp_retries2 decides when', () => {
  const row = `ESTAB 0 100 10.0.0.5:5 203.0.113.9:80 ${held} timer:(on,41sec,9)`;
  const e = end(row);
  assert.deepEqual([e.kind, e.errno], ['timer', 'ETIMEDOUT']);
  within(e, 600, 775);
  const short = end(`ESTAB 0 100 10.0.0.5:5 203.0.113.9:80 ${held} timer:(on,1.500ms,3)`, { 'net.ipv4.tcp_retries2': 5 });
  within(short, 8, 18);
  // With that setting nine retransmissions are never seen: the table is of another machine.
  assert.match(end(row, { 'net.ipv4.tcp_retries2': 5 }).doubt ?? '', /sysctls/);
});

test('a timer that is longer than a near host explains is held against longer ways', () => {
  const short = { 'net.ipv4.tcp_retries2': 5 };
  // 4.27 s at the fourth retransmission: an RTO of at least 0.27 s, so a round trip of more than 60 ms.
  const [socket] = readText('tcp 0 95 10.77.0.1:55622 10.77.0.2:6101 ESTABLISHED 2924/wharf on (4.27/4/0)').sockets;
  assert.ok(socket);
  const e = endingOf(socket, { ...DEFAULT_MACHINE, sysctls: { A: short, B: {} } });
  assert.equal(e.errno, 'ETIMEDOUT');
  within(e, 4, 20);
  assert.ok((e.earliest ?? 99) < 13.7 && (e.latest ?? 0) > 13.7);
});

test('SYN_SENT ends as tcp_syn_retries says', () => {
  within(
    end(`SYN-SENT 0 1 10.0.0.5:5 203.0.113.9:80 ${held} timer:(on,800ms,1)`, {
      'net.ipv4.tcp_syn_retries': 2,
      'net.ipv4.tcp_syn_linear_timeouts': 0,
    }),
    0.8,
    8,
  );
  assert.equal(end(`SYN-SENT 0 1 10.0.0.5:5 203.0.113.9:80 ${held} timer:(on,3sec,6)`).errno, 'ETIMEDOUT');
});

test('a SYN timer that only kernels before 6.5 show ends as there, unless the setting is told', () => {
  const row = `SYN-SENT 0 1 10.0.0.5:5 203.0.113.9:80 ${held} timer:(on,3.120ms,2)`;
  // 3.12 s, and pauses of 8, 16, 32 and 64 s, each as much longer as the timer wheel makes it.
  within(end(row), 122, 129);
  assert.match(end(row, { 'net.ipv4.tcp_syn_linear_timeouts': 4 }).doubt ?? '', /sysctls/);
});

test('keepalive ends it only if nobody answers; unanswered probes are counted', () => {
  const idle = end(`ESTAB 0 0 10.0.0.5:5 203.0.113.9:80 ${held} timer:(keepalive,10sec,0)`, {
    'net.ipv4.tcp_keepalive_time': 20,
    'net.ipv4.tcp_keepalive_intvl': 3,
    'net.ipv4.tcp_keepalive_probes': 2,
  });
  assert.equal(idle.kind, 'silent');
  within(idle, 16, 20);
  const probing = end(`ESTAB 0 0 10.0.0.5:5 203.0.113.9:80 ${held} timer:(keepalive,2sec,1)`, {
    'net.ipv4.tcp_keepalive_time': 20,
    'net.ipv4.tcp_keepalive_intvl': 3,
    'net.ipv4.tcp_keepalive_probes': 2,
  });
  assert.equal(probing.kind, 'timer');
  within(probing, 5, 7);
});

test("TIME_WAIT and an orphan's FIN_WAIT_2 end when their timer does", () => {
  within(end('TIME-WAIT 0 0 10.0.0.5:5 203.0.113.9:80 timer:(timewait,31sec,0)'), 31, 36);
  within(end('FIN-WAIT-2 0 0 10.0.0.5:5 203.0.113.9:80 timer:(timewait,31sec,0)'), 31, 36);
});

test('an orphan is given up sooner than a connection that somebody holds, and nobody is told', () => {
  const orphan = end('FIN-WAIT-1 0 1 10.0.0.5:5 203.0.113.9:80 timer:(on,2sec,4)');
  within(orphan, 90, 180);
  assert.equal(orphan.errno, null);
  within(end(`FIN-WAIT-1 0 1 10.0.0.5:5 203.0.113.9:80 ${held} timer:(on,2sec,4)`), 900, 1030);
});

test('what has no timer has no end; what shows none is not guessed', () => {
  assert.equal(end(`CLOSE-WAIT 1 0 10.0.0.5:5 203.0.113.9:80 ${held}`).kind, 'nothing');
  assert.equal(end(`ESTAB 0 0 10.0.0.5:5 203.0.113.9:80 ${held}`).kind, 'nothing');
  const [plain] = readText('ESTAB 0 0 10.0.0.5:5 203.0.113.9:80').sockets;
  assert.ok(plain);
  assert.equal(endingOf(plain, DEFAULT_MACHINE).kind, 'unknown');
  const [waiting] = readText('tcp 0 0 10.0.0.5:5 203.0.113.9:80 TIME_WAIT').sockets;
  assert.ok(waiting);
  assert.deepEqual([endingOf(waiting, DEFAULT_MACHINE).kind, Math.round(endingOf(waiting, DEFAULT_MACHINE).latest ?? 0)], ['within', 62]);
});

test('a closed window lasts as long as it is answered; unanswered probes end it', () => {
  assert.equal(end(`ESTAB 0 9000 10.0.0.5:5 203.0.113.9:80 ${held} timer:(persist,2sec,0)`).kind, 'silent');
  assert.deepEqual(
    [
      end(`ESTAB 0 9000 10.0.0.5:5 203.0.113.9:80 ${held} timer:(persist,2sec,4)`).kind,
      end(`ESTAB 0 9000 10.0.0.5:5 203.0.113.9:80 ${held} timer:(persist,2sec,4)`).errno,
    ],
    ['timer', 'ETIMEDOUT'],
  );
});
