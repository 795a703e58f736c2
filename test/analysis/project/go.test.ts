/** Go: packages are folders, `go.mod` names them, and types of one file are known in the others. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings } from '../support/project-findings.js';

describe('Go: from file to file', () => {
  const files = (body: string): Record<string, string> => ({
    'go.mod': 'module example.org/app\n\ngo 1.21\n',
    'link/dial.go': 'package link\n\nimport "net"\n\nfunc dial(addr string) (net.Conn, error) {\n\treturn net.Dial("tcp", addr)\n}\n',
    'link/dial_windows.go': 'package link\n\nimport "net"\n\nfunc dial(addr string) (net.Conn, error) {\n\treturn nil, net.ErrClosed\n}\n',
    'link/open.go':
      'package link\n\nimport (\n\t"crypto/tls"\n\t"net"\n)\n\nfunc Open(addr string) (net.Conn, error) {\n\tc, err := ' +
      'dial(addr)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\treturn tls.Client(c, nil), nil\n}\n',
    'client/client.go':
      'package client\n\nimport (\n\t"net"\n\n\t"example.org/app/link"\n)\n\ntype Client struct {\n\tconn ' +
      'net.Conn\n}\n\nfunc New(addr string) (*Client, error) {\n\tconn, err := link.Open(addr)\n\tif err != nil ' +
      '{\n\t\treturn nil, err\n\t}\n\treturn &Client{conn: conn}, nil\n}\n',
    'client/close.go':
      'package client\n\nfunc (c *Client) Ask() error {\n\t_, err := c.conn.Write([]byte("?"))\n\treturn err\n}\n\nfunc (c ' +
      '*Client) Close() error {\n\treturn c.conn.Close()\n}\n',
    'use.go': `package app\n\nimport "example.org/app/client"\n\nfunc use(addr string) error {\n\tc, err := client.New(addr)\n\tif err != nil {\n\t\treturn err\n\t}\n${body}}\n`,
  });
  it('opened in one, wrapped by a second, kept by an object of a third, lost in a fourth', async () => {
    assert.deepEqual(await findings(files('\tif err := c.Ask(); err != nil {\n\t\treturn err\n\t}\n\treturn c.Close()\n')), [
      'use.go:6 close-skipped-on-error likely',
    ]);
  });
  it('closed there', async () => {
    assert.deepEqual(await findings(files('\tdefer c.Close()\n\treturn c.Ask()\n')), []);
  });
});

describe('Go: declarations of other files', () => {
  const types =
    'package p\n\nimport (\n\t"net"\n\t"net/http"\n\t"time"\n)\n\ntype client struct {\n\thttp *http.Client\n\tnext ' +
    '*client\n\tdialer dialer\n\tdial func(network, addr string) (net.Conn, error)\n\tsecure func(net.Conn) ' +
    'net.Conn\n}\n\ntype dialer interface {\n\tDialTimeout(addr string, limit time.Duration) (net.Conn, ' +
    'error)\n\tCurrent() (net.Conn, error)\n}\n\ntype server struct {\n\tnet.Listener\n}\n\nfunc (c *client) request(u ' +
    'string) (*http.Response, error) {\n\treturn c.http.Get(u)\n}\n\nvar shared = &client{}\n';
  const cases: [string, string, string[]][] = [
    [
      "a field of a library's type",
      'func f(c *client, r *http.Request) error {\n\tresp, err := c.http.Do(r)\n\tif err != nil {\n\t\treturn ' +
        'err\n\t}\n\tprintln(resp.StatusCode)\n\treturn nil\n}\n',
      ['b.go:10 unconsumed-response certain'],
    ],
    [
      'a method, through a field',
      'func f(c *client) error {\n\tresp, err := c.next.request("x")\n\tif err != nil {\n\t\treturn ' +
        'err\n\t}\n\tprintln(resp.StatusCode)\n\treturn nil\n}\n',
      ['b.go:10 unconsumed-response certain'],
    ],
    [
      'a variable of the package',
      'func f() error {\n\tresp, err := shared.request("x")\n\tif err != nil {\n\t\treturn ' +
        'err\n\t}\n\tprintln(resp.StatusCode)\n\treturn nil\n}\n',
      ['b.go:10 unconsumed-response certain'],
    ],
    [
      'an interface that dials',
      'func f(c *client) error {\n\tconn, err := c.dialer.DialTimeout("x", time.Second)\n\tif err != nil {\n\t\treturn ' +
        'err\n\t}\n\tconn.Write(nil)\n\treturn nil\n}\n',
      ['b.go:10 missing-close certain'],
    ],
    [
      'an interface that gives what others own',
      'func f(c *client) error {\n\tconn, err := c.dialer.Current()\n\tif err != nil {\n\t\treturn ' +
        'err\n\t}\n\tconn.Write(nil)\n\treturn nil\n}\n',
      [],
    ],
    [
      'a function in a field',
      'func f(c *client) error {\n\tconn, err := c.dial("tcp", "x")\n\tif err != nil {\n\t\treturn ' +
        'err\n\t}\n\tconn.Write(nil)\n\treturn nil\n}\n',
      ['b.go:10 missing-close certain'],
    ],
    [
      'a function in a field that wraps',
      'func f(c *client) error {\n\traw, err := net.Dial("tcp", "x")\n\tif err != nil {\n\t\treturn err\n\t}\n\tconn := ' +
        'c.secure(raw)\n\tif _, err := conn.Write(nil); err != nil {\n\t\treturn err\n\t}\n\treturn conn.Close()\n}\n',
      ['b.go:10 close-skipped-on-error likely'],
    ],
    [
      'an embedded listener',
      'func f(s *server) {\n\tfor {\n\t\tconn, err := s.Accept()\n\t\tif err != nil {\n\t\t\treturn\n\t\t}\n\t\tconn.Write(nil)\n\t}\n}\n',
      ['b.go:11 missing-close certain'],
    ],
  ];
  for (const [name, body, expected] of cases) {
    it(name, async () => {
      const imports = ['net', 'net/http', 'time'].map((path) => `\t"${path}"\n`).join('');
      assert.deepEqual(await findings({ 'a.go': types, 'b.go': `package p\n\nimport (\n${imports})\n\n${body}` }), expected);
    });
  }
});
