/** The reader of packetdrill scripts: what it plays, what it tells apart, and what it refuses with its line. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { playScript } from '../../src/kernel/packetdrill/play.js';

const OPENED = `
\`../common/defaults.sh\`
// a passive connection
    0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
   +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
   +0 bind(3, ..., ...) = 0
   +0 listen(3, 1) = 0
  +.1 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
   +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
  +.1 < . 1:1(0) ack 1 win 257
   +0 accept(3, ..., ...) = 4
`;

const played = (rest: string): string => {
  const { verdict, line, category, detail } = playScript(`${OPENED}${rest}`);
  return verdict === 'passes' ? verdict : `${verdict} ${line} ${category}: ${detail}`;
};

test('data, its retransmissions, and the end of a connection', () => {
  const script = `
   +0 write(4, ..., 2500) = 2500
   +0 > P. 1:2501(2500) ack 1
  +.1 < . 1:1(0) ack 1 win 257 <sack 1001:2501,nop,nop>
+.025~+.040 > . 1:1001(1000) ack 1
   +0 %{ assert tcpi_ca_state == TCP_CA_Recovery, tcpi_ca_state }%
  +.1 < F. 1:1(0) ack 2501 win 257
    * > . 2501:2501(0) ack 2
   +0 read(4, ..., 100) = 0
   +0 close(4) = 0
   +0 > F. 2501:2501(0) ack 2
`;
  assert.equal(played(script), 'passes');
});

test('the end of a group is pushed when it is first sent, not when it is sent again', () => {
  const script = `
   +0 write(4, ..., 10000) = 10000
   +0 > P. 1:10001(10000) ack 1
  +.1 < . 1:1(0) ack 1 win 257 <sack 4001:7001,nop,nop>
   +0 > . 1:1001(1000) ack 1
   +0 < . 1:1(0) ack 1 win 257 <sack 4001:8001,nop,nop>
   +0 > . 1001:2001(1000) ack 1
`;
  assert.equal(played(script), 'passes');
});

test('blocking calls return when they must', () => {
  assert.equal(played('+0...0.2 read(4, ..., 100) = 10\n+.2 < P. 1:11(10) ack 1 win 257\n+0 > . 1:1(0) ack 11\n'), 'passes');
  assert.match(
    played('+0...0.1 read(4, ..., 100) = 10\n+.2 < P. 1:11(10) ack 1 win 257\n'),
    /^differs 12 time of a call: returns at 0\.4 s/,
  );
});

test('what differs is told with its line', () => {
  assert.match(played('+0 write(4, ..., 100) = 90\n'), /^differs 12 result of a call: write\(\) gives 100 instead of 90/);
  assert.match(played('+0 write(4, ..., 100) = 100\n+0 > P. 1:91(90) ack 1\n'), /^differs 13 another segment: 100 bytes instead of 90/);
  assert.match(played('+.1 > P. 1:91(90) ack 1\n'), /^differs 12 a segment is missing: nothing is sent until/);
  assert.match(played('+0 %{ assert tcpi_snd_cwnd == 12 }%\n'), /^differs 12 TCP_INFO: tcpi_snd_cwnd is 10, not == 12/);
});

test('what is not supported is told with its line', () => {
  assert.match(played('+0 < [ect0] . 1:1(0) ack 1 win 257\n'), /^unsupported 12 IP header/);
  assert.match(played('+0 sendto(4, ..., 100, MSG_FASTOPEN, ..., ...) = 100\n'), /^unsupported 12 Fast Open: MSG_FASTOPEN/);
  assert.match(played('+0 setsockopt(4, SOL_SOCKET, SO_ZEROCOPY, [1], 4) = 0\n'), /^unsupported 12 socket options: SO_ZEROCOPY/);
  assert.match(played('+0 `rm -rf /`\n'), /^unsupported 12 command: rm -rf/);
  assert.match(played('+0 %{ import os }%\n+0 nonsense\n'), /^unsupported 13 syntax: "nonsense"/);
  assert.match(played('+0 %{ open("x") }%\n'), /^unsupported 12 Python/);
});

/** [what follows the opening, what is said] */
const SAID: [script: string, said: RegExp][] = [
  // what differs
  ['+0 < P. 1:11(10) ack 1 win 257\n+0 > P. 1:1(0) ack 11\n', /^differs 13 another segment: flags \. instead of P\./],
  ['+0 write(4, ..., 10) = 10\n+0 > P. 2:12(10) ack 1\n', /^differs 13 another segment: sequence number 1 instead of 2/],
  ['+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 2\n', /^differs 13 another segment: ack 1 instead of 2/],
  ['+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1 win 1\n', /^differs 13 receive window: window \d+ instead of 1$/],
  ['+0 < . 11:21(10) ack 1 win 257\n+0 > . 1:1(0) ack 1\n', /^differs 13 options of a segment: sack 11:21 instead of none/],
  ['+0 < P. 1:11(10) ack 1 win 257\n+0 > . 1:1(0) ack 11 <sack 1:5>\n', /^differs 13 options of a segment: sack none instead of 1:5/],
  ['+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1 <TS val 1 ecr 1>\n', /^differs 13 options of a segment: no timestamp/],
  ['+0 write(4, ..., 10) = 10\n+.5 > P. 1:11(10) ack 1\n', /^differs 13 time of a segment: sent at 0\.200000 s instead of 0\.700000 s/],
  ['+0 read(4, ..., 10) = 10\n', /^differs 12 result of a call: read\(\) blocks/],
  ['+0...0.1 read(4, ..., 10) = 10\n', /^differs 12 time of a call: does not return/],
  [
    '+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0\n',
    /^differs 12 result of a call: getsockopt\(\) gives SO_ERROR 0 instead of ECONNRESET/,
  ],
  ['+0 read(9, ..., 10) = 0\n', /^differs 12 result of a call: read\(\) gives EBADF instead of 0/],
  ['+0 bind(9, ..., ...) = 0\n', /^differs 12 result of a call: bind\(\) gives EBADF/],
  ['+0 listen(9, 1) = 0\n', /^differs 12 result of a call: listen\(\) gives EBADF/],
  ['+0 bind(4) = -1 EINVAL\n+0 shutdown(4) = 0\n+0 > R. 1:1(0) ack 1\n', /^differs 14 another segment: flags F\. instead of R\./],
  [
    '+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1\n',
    /^differs 12 result of a call: poll\(\) gives events OUT instead of IN/,
  ],
  ['+0 %{ x = tcpi_snd_cwnd; assert x <= 10 != 3; assert x < 3 }%\n', /^differs 12 TCP_INFO: x is 10, not < 3/],
  // what is refused
  ['+0 `sysctl net.ipv4.tcp_fancy=1`\n', /^unsupported 12 sysctl: net\.ipv4\.tcp_fancy/],
  ['+0 `sysctl net.ipv4.tcp_retries2=-5`\n', /^unsupported 12 sysctl: net\.ipv4\.tcp_retries2 = "-5": /],
  ['+0 `ip link set tun0 down`\n', /^unsupported 12 command: ip link set/],
  ['+0 %{ assert tcpi_bytes_acked == 1 }%\n', /^unsupported 12 fields of TCP_INFO: tcpi_bytes_acked/],
  ['+0 %{ assert something == 1 }%\n', /^unsupported 12 Python: something/],
  ['+0 %{ assert tcpi_state }%\n', /^unsupported 12 Python: assert tcpi_state/],
  ['+0 < icmp unreachable frag_needed mtu 1400 [1:11(10)]\n', /^unsupported 12 ICMP/],
  ['+0 < 80 > 90: . 1:1(0) ack 1\n', /^unsupported 12 ports in packets/],
  ['+0 < udp (10)\n', /^unsupported 12 other protocols/],
  ['+0 < . 1:1 ack 1\n', /^unsupported 12 syntax: "\. 1:1 ack 1" is no segment/],
  ['+0 < E. 1:1(0) ack 1\n', /^unsupported 12 ECN and urgent flags: flag E of E\./],
  ['+0 < . 1:1(0) ack 1 <FO abcd>\n', /^unsupported 12 Fast Open/],
  ['+0 < . 1:1(0) ack 1 <md5 x>\n', /^unsupported 12 TCP options: md5 x/],
  ['+0 read(4, ..., 10, MSG_OOB) = 0\n', /^unsupported 12 flags of calls/],
  ['+0 recv(4, ..., 10, MSG_OOB) = 0\n', /^unsupported 12 flags of calls: MSG_OOB/],
  ['+0 send(4, ..., 10, MSG_OOB) = 10\n', /^unsupported 12 flags of calls: MSG_OOB/],
  ['+0 ioctl(4, SIOCINQ, [0]) = 0\n', /^unsupported 12 system calls: ioctl/],
  ['+0 fcntl(4, F_DUPFD, 1) = 0\n', /^unsupported 12 system calls: fcntl F_DUPFD/],
  ['+0 getsockopt(4, SOL_TCP, TCP_INFO, [0], [4]) = 0\n', /^unsupported 12 socket options: TCP_INFO/],
  ['+0 setsockopt(4, SOL_TCP, TCP_NODELAY, what, 4) = 0\n', /^unsupported 12 socket options: what/],
  ['+0 setsockopt(4, SOL_TCP, TCP_NODELAY, [x], 4) = 0\n', /^unsupported 12 socket options: \[x\]/],
  ['--speed=fast\n', /^unsupported 12 option of the script: --speed/],
];

test('each difference and each refusal names its line and its kind', () => {
  assert.deepEqual(
    { ...playScript('\nnonsense\n'), log: [] },
    { verdict: 'unsupported', line: 2, category: 'syntax', detail: '"nonsense" begins no event', log: [] },
  );
  for (const [script, said] of SAID) assert.match(played(script), said, script);
});

test('commands, Python of several lines and options of the wire', () => {
  const script = `
--tolerance_usecs=20000
--local_ip=10.0.0.1
   +0 \`sysctl -q net.ipv4.tcp_fin_timeout=9 \\
      net.ipv4.tcp_fack=1
   sleep 0\`
   +0 %{
import sys # nothing
x = 10
assert tcpi_snd_cwnd == x, tcpi_snd_cwnd
}%
   +0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0
   +0 fcntl(4, F_GETFL) = 0x2
   +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
   +0 read(4, ..., 10) = -1 EAGAIN (Resource temporarily unavailable)
   +0 epoll_create(1) = 5
   +0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0
   +0 epoll_wait(5, {}, 1, 0) = 0
   +0 epoll_ctl(5, EPOLL_CTL_DEL, 4, {}) = 0
   +0 close(5) = 0
   +0 close(4) = 0
   +0 > R. 1:1(0) ack 1
`;
  assert.equal(played(script), 'passes');
});

/** Scripts that pass on a real 6.18 kernel (test/kernel/lab/README.md): the model passes them, too. */
const SCRIPTS = 'test/kernel/packetdrill';
for (const file of readdirSync(SCRIPTS)) {
  test(`${file} passes as on the kernel`, () => {
    const { verdict, line, category, detail } = playScript(readFileSync(`${SCRIPTS}/${file}`, 'utf8'));
    assert.equal(`${verdict} ${line} ${category} ${detail}`.trim(), 'passes 0');
  });
}
