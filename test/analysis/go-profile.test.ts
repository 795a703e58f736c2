/** What is known of Go connections: options and limits set here, by the runtime, by the listener, by helpers; the steps of the path. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connection } from '../../src/app/check.js';
import { checkText } from '../app/analyser.js';

const head = 'package main\n\nimport (\n\t"crypto/tls"\n\t"context"\n\t"io"\n\t"net"\n\t"net/http"\n\t"syscall"\n\t"time"\n)\n\n';

/** The connections of a function body that has `addr`, `conn` and `l` to work with. */
function connectionsOf(body: string, before = ''): Connection[] {
  return checkText(`${head}${before}\nfunc f(addr string, l *net.TCPListener, ctx context.Context) {\n${body}\n}\n`, 'go').connections;
}

function keepalive(body: string, before?: string): unknown[] {
  return connectionsOf(body, before).map(({ keepalive: k }) => [k.on, k.idle, k.interval, k.count, k.from]);
}

const use = 'if err != nil { return }\ndefer c.Close()\nc.Read(make([]byte, 10))';

describe('Go keepalive', () => {
  const cases: [string, string, unknown[]][] = [
    ['Dial has it on', `c, err := net.Dial("tcp", addr)\n${use}`, [true, 15, 15, null, 'runtime']],
    ['so has a dialer', `var d net.Dialer\nc, err := d.Dial("tcp", addr)\n${use}`, [true, 15, 15, null, 'runtime']],
    ['and an accepted connection', `c, err := l.AcceptTCP()\n${use}`, [true, 15, 15, null, 'runtime']],
    ['and tls.Dial', `c, err := tls.Dial("tcp", addr, nil)\n${use}`, [true, 15, 15, null, 'runtime']],
    [
      'a negative period switches it off',
      `d := net.Dialer{KeepAlive: -1}\nc, err := d.Dial("tcp", addr)\n${use}`,
      [false, 15, 15, null, 'option'],
    ],
    [
      'a negative period, set later',
      `d := &net.Dialer{}\nd.KeepAlive = -1 * time.Second\nc, err := d.DialContext(ctx, "tcp", addr)\n${use}`,
      [false, 15, 15, null, 'option'],
    ],
    ['zero keeps the default', `d := net.Dialer{KeepAlive: 0}\nc, err := d.Dial("tcp", addr)\n${use}`, [true, 15, 15, null, 'runtime']],
    [
      'a period is idle time and interval',
      `c, err := (&net.Dialer{KeepAlive: 30 * time.Second}).Dial("tcp", addr)\n${use}`,
      [true, 30, 30, null, 'option'],
    ],
    ['SetKeepAlive', `c, err := l.AcceptTCP()\nif err != nil { return }\nc.SetKeepAlive(false)\n${use}`, [false, 15, 15, null, 'option']],
    [
      'SetKeepAlivePeriod',
      `c, err := l.AcceptTCP()\nif err != nil { return }\nc.SetKeepAlivePeriod(time.Minute)\n${use}`,
      [true, 60, 60, null, 'option'],
    ],
    [
      'SetKeepAliveConfig',
      `c, err := l.AcceptTCP()\nif err != nil { return }\nc.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 60 * time.Second, Interval: 10 * time.Second, Count: 3})\n${use}`,
      [true, 60, 10, 3, 'option'],
    ],
    [
      'a plain descriptor has none',
      'c, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)\nif err != nil { return }\nsyscall.Read(c, ' +
        'make([]byte, 10))\nsyscall.Close(c)',
      [false, null, null, null, 'kernel'],
    ],
    [
      'a plain descriptor with options',
      'c, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)\nif err != nil { return ' +
        '}\nsyscall.SetsockoptInt(c, syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, 1)\n' +
        'syscall.SetsockoptInt(c, syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE, 60)\nsyscall.Read(c, make([]byte, 10))\nsyscall.Close(c)',
      [true, 60, null, null, 'option'],
    ],
  ];
  for (const [name, body, expected] of cases) it(name, () => assert.deepEqual(keepalive(body), [expected]));

  it('set by a function of the file', () => {
    const helper = 'func tune(c *net.TCPConn) {\n\tc.SetKeepAlive(true)\n\tc.SetKeepAlivePeriod(20 * time.Second)\n}\n';
    assert.deepEqual(keepalive(`c, err := net.DialTCP("tcp", nil, nil)\nif err != nil { return }\ntune(c)\n${use}`, helper), [
      [true, 20, 20, null, 'helper'],
    ]);
  });
});

describe('Go limits', () => {
  const limits = (body: string): unknown[] => connectionsOf(body).map((c) => [c.connectTimeout, c.readTimeout, c.writeTimeout]);
  const cases: [string, string, unknown[]][] = [
    ['none', `c, err := net.Dial("tcp", addr)\n${use}`, [null, null, null]],
    ['DialTimeout', `c, err := net.DialTimeout("tcp", addr, 5*time.Second)\n${use}`, [5, null, null]],
    ['a dialer', `d := net.Dialer{Timeout: 1500 * time.Millisecond}\nc, err := d.Dial("tcp", addr)\n${use}`, [1.5, null, null]],
    [
      'SetDeadline',
      `c, err := net.Dial("tcp", addr)\nif err != nil { return }\nc.SetDeadline(time.Now().Add(2 * time.Minute))\n${use}`,
      [null, 120, 120],
    ],
    [
      'SetReadDeadline',
      `const limit = 3 * time.Second\nc, err := net.Dial("tcp", addr)\nif err != nil { return }\nc.SetReadDeadline(time.Now().Add(limit))\n${use}`,
      [null, 3, null],
    ],
    [
      'taken away again',
      `c, err := net.Dial("tcp", addr)\nif err != nil { return }\nc.SetDeadline(time.Now().Add(time.Hour))\nc.SetDeadline(time.Time{})\n${use}`,
      [null, null, null],
    ],
    [
      'an HTTP client',
      'h := &http.Client{Timeout: 10 * time.Second}\nc, err := h.Get(addr)\nif err != nil { return }\nio.Copy(io.Discard, ' +
        'c.Body)\nc.Body.Close()',
      [10, 10, null],
    ],
  ];
  for (const [name, body, expected] of cases) it(name, () => assert.deepEqual(limits(body), [expected]));

  const shared = 'c, err := shared.Get(addr)\nif err != nil { return }\nio.Copy(io.Discard, c.Body)\nc.Body.Close()';
  const ofShared = (made: string): unknown[] => connectionsOf(shared, made).map((c) => [c.connectTimeout, c.readTimeout, c.unknown]);
  it("the package's client, as it is made", () =>
    assert.deepEqual(ofShared('var shared = &http.Client{Timeout: 10 * time.Second}\n'), [[10, 10, undefined]]));
  it("the package's client, set when the program starts", () =>
    assert.deepEqual(ofShared('var shared = &http.Client{}\n\nfunc init() { shared.Timeout = 7 * time.Second }\n'), [[7, 7, undefined]]));
  it("the package's client, set to one thing and another", () =>
    assert.deepEqual(ofShared('var shared = &http.Client{Timeout: 10 * time.Second}\n\nfunc slower() { shared.Timeout = time.Minute }\n'), [
      [30, null, ['readTimeout']],
    ]));
});

describe('Go connections', () => {
  it('roles, what closes a dropped one, steps', () => {
    const [c] = connectionsOf(
      'c, err := net.Dial("tcp", addr)\nif err != nil { return }\nc.Write([]byte("hello"))\nc.Read(make([]byte, 10))\nc.Close()',
    );
    assert.deepEqual([c?.role, c?.library, c?.onDrop], ['client', 'net.Dial', 'collector']);
    assert.deepEqual(
      c?.steps.map((step) => step.do),
      ['connect', 'send', 'recv', 'close'],
    );
  });
  it('an accepted connection in the handler that a goroutine runs', () => {
    const handler = 'func handle(c net.Conn) {\n\tc.Read(make([]byte, 10))\n\ttime.Sleep(3 * time.Second)\n\tc.Close()\n}\n';
    const [c] = connectionsOf('for {\nc, err := l.Accept()\nif err != nil { return }\ngo handle(c)\n}', handler);
    assert.deepEqual([c?.role, c?.steps.map((step) => step.do)], ['accepted', ['accept', 'recv', 'sleep', 'close']]);
  });
  it('a datagram socket is no TCP connection', () => {
    assert.deepEqual(
      connectionsOf('c, err := net.Dial("udp", addr)\nif err != nil { return }\nc.Read(make([]byte, 10))').map((c) => c.tcp),
      [false],
    );
  });
  it('lingering', () => {
    const [c] = connectionsOf(`c, err := net.DialTCP("tcp", nil, nil)\nif err != nil { return }\nc.SetLinger(0)\n${use}`);
    assert.equal(c?.linger, 0);
  });
});
