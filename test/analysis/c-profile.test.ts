/** What is known of a connection of C: options with where they come from, limits, steps. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connection } from '../../src/analysis/findings.js';
import { analyser } from './support/analyser.js';

async function connections(source: string): Promise<Connection[]> {
  return (await analyser()).analyse(source, 'c').connections;
}

const looping =
  '#include <sys/socket.h>\nint run(const struct sockaddr *a, socklen_t n)\n{\n    int l = socket(AF_INET, ' +
  'SOCK_STREAM, 0);\n    if (l < 0)\n        return -1;\n    if (bind(l, a, n) < 0 || listen(l, 64) < 0) {\n        ' +
  'close(l);\n        return -1;\n    }\n    for (;;) {\n        int c = accept(l, 0, 0);\n        if (c >= ' +
  '0)\n            close(c);\n    }\n}\n';

describe('a server that never ends', () => {
  it('has the values of its loop, not those of the ways out before it', async () => {
    const [listener] = await connections(looping);
    assert.deepEqual([listener?.role, listener?.backlog, listener?.steps.some((step) => step.do === 'accept')], ['listener', 64, true]);
  });
});

const server = `#include <sys/socket.h>
static void alive(int s)
{
    int on = 1, idle = 60;
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    setsockopt(s, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
}
int serve(const struct sockaddr *a, socklen_t n)
{
    struct linger l = { 1, 5 };
    int on = 1, client;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return -1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    alive(listener);
    if (bind(listener, a, n) < 0 || listen(listener, 64) < 0) {
        close(listener);
        return -1;
    }
    client = accept(listener, 0, 0);
    close(listener);
    if (client < 0)
        return -1;
    setsockopt(client, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
    char buf[512];
    recv(client, buf, sizeof(buf), 0);
    send(client, "bye", 3, MSG_NOSIGNAL);
    close(client);
    return 0;
}
`;

describe('C connections', () => {
  it('a listener: backlog, reuse, options by a helper', async () => {
    const [listener] = await connections(server);
    assert.equal(listener?.role, 'listener');
    assert.deepEqual({ backlog: listener?.backlog, reuseAddr: listener?.reuseAddr }, { backlog: 64, reuseAddr: true });
    assert.deepEqual({ on: listener?.keepalive.on, idle: listener?.keepalive.idle }, { on: true, idle: 60 });
  });

  it("an accepted connection inherits from its listener; its steps are the code's", async () => {
    const client = (await connections(server)).find((one) => one.role === 'accepted');
    assert.equal(client?.range.startLine, 21);
    assert.deepEqual(client?.keepalive, { on: true, idle: 60, interval: null, count: null, from: 'listener', line: 5 });
    assert.deepEqual({ linger: client?.linger, onDrop: client?.onDrop }, { linger: 5, onDrop: 'never' });
    assert.deepEqual(
      client?.steps.map((step) => step.do).filter((step) => step !== 'setsockopt' && step !== 'listen'),
      ['accept', 'recv', 'send', 'close'],
    );
    assert.equal(client?.steps.find((step) => step.do === 'recv')?.bytes, 512);
  });

  it('limits from a struct, and a socket that does not block', async () => {
    const found = await connections(`int f(const struct sockaddr *a, socklen_t n) {
  struct timeval tv;
  tv.tv_sec = 2;
  tv.tv_usec = 500000;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  if (connect(fd, a, n) < 0 && errno != EINPROGRESS) { close(fd); return -1; }
  return fd;
}`);
    assert.deepEqual(
      found.map(({ role, readTimeout, nonBlocking }) => ({ role, readTimeout, nonBlocking })),
      [{ role: 'client', readTimeout: 2.5, nonBlocking: true }],
    );
  });

  it('datagram and other sockets are descriptors, no TCP connections', async () => {
    const found = await connections(
      'int f(void) { return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); }\nint g(void) { return socket(AF_NETLINK, ' +
        'SOCK_RAW, 0); }\nint h(void) { return socket(AF_INET, SOCK_STREAM, 0); }',
    );
    assert.deepEqual(
      found.map((one) => one.tcp),
      [false, false, undefined],
    );
  });
});

describe('a server with epoll', () => {
  const closing = (condition: string): string => `#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
void serve(int l, int ep)
{
    struct epoll_event ev, got[8];
    for (;;) {
        int n = epoll_wait(ep, got, 8, -1);
        for (int i = 0; i < n; i++) {
            if (got[i].data.fd == l) {
                int c = accept(l, 0, 0);
                if (c < 0)
                    continue;
                ev.events = EPOLLIN;
                ev.data.fd = c;
                epoll_ctl(ep, EPOLL_CTL_ADD, c, &ev);
                continue;
            }
            char buf[64];
            ssize_t r = read(got[i].data.fd, buf, sizeof buf);
            if (${condition})
                close(got[i].data.fd);
        }
    }
}
`;
  const stepsWith = async (condition: string): Promise<string[]> =>
    ((await connections(closing(condition))).find(({ role }) => role === 'accepted')?.steps ?? []).map((step) => step.do);

  it('closes where the end of the stream leads to its close', async () =>
    assert.deepEqual(await stepsWith('r <= 0'), ['accept', 'poll', 'recv', 'close']));

  it('does not, where only an error leads there', async () =>
    assert.deepEqual(await stepsWith('r < 0'), ['accept', 'poll', 'recv', 'hold']));
});
