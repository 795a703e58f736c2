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

/** Scripts that pass on a real 6.18 kernel (test/kernel/lab/README.md): the model passes them, too. */
const SCRIPTS = 'test/kernel/packetdrill';
for (const file of readdirSync(SCRIPTS)) {
  test(`${file} passes as on the kernel`, () => {
    const { verdict, line, category, detail } = playScript(readFileSync(`${SCRIPTS}/${file}`, 'utf8'));
    assert.equal(`${verdict} ${line} ${category} ${detail}`.trim(), 'passes 0');
  });
}
