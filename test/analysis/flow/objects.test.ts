/** Connections that live on in fields: what is told, where, and how often. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyser } from '../support/analyser.js';

async function findings(source: string): Promise<{ rule: string; line: number; message: string; path: string[] }[]> {
  const analysis = (await analyser()).analyse(source, 'python');
  return analysis.findings.map(({ rule, range, message, path }) => ({
    rule,
    line: range.startLine,
    message,
    path: path.map((step) => `${step.range.startLine} ${step.message}`),
  }));
}

const client = `import socket

class Client:
    def connect(self, host):
        self.sock = socket.create_connection((host, 80), timeout=10)
`;

describe('connections of objects', () => {
  it('the path leads from the opening into the method that loses it', async () => {
    const found = await findings(`${client}
    def close(self):
        self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()
`);
    assert.deepEqual(
      found.map(({ rule, line }) => [rule, line]),
      [['close-skipped-on-error', 5]],
    );
    assert.deepEqual(found[0]?.path, ['5 opened here', '7 later `close` runs', '8 `shutdown` fails']);
    assert.match(found[0]?.message ?? '', /^`self\.sock` stays open when an exception leaves `close` on line 8\./);
  });

  it('what no method closes is told once, with those who make such objects', async () => {
    const users = [1, 2, 3]
      .map(
        (n) => `
def use${n}():
    c = Client()
    c.connect('x')
`,
      )
      .join('');
    const found = await findings(`${client}
    def ask(self):
        return self.sock.recv(1)
${users}`);
    assert.deepEqual(
      found.map(({ rule, line }) => [rule, line]),
      [['missing-close', 5]],
    );
    assert.equal(found[0]?.path.filter((step) => step.endsWith('so is this one')).length, 3);
  });

  it('one read of a helper is told once', async () => {
    const found = await findings(`import socket

def pump(conn):
    while True:
        print(conn.recv(100))

def a(host):
    with socket.create_connection((host, 1), timeout=1) as conn:
        pump(conn)

def b(host):
    with socket.create_connection((host, 2), timeout=1) as conn:
        pump(conn)
`);
    const ends = found.filter(({ rule }) => rule === 'eof-without-close');
    assert.deepEqual(
      ends.map(({ line }) => line),
      [8],
    );
    assert.ok(ends[0]?.path.includes('12 so is this one'));
  });

  it('a caller who forgets to close the object is told where the connection is opened', async () => {
    const found = await findings(`${client}
    def close(self):
        self.sock.close()

def use():
    c = Client()
    c.connect('x')
`);
    assert.deepEqual(
      found.map(({ rule, line }) => [rule, line]),
      [['missing-close', 12]],
    );
    assert.deepEqual(found[0]?.path.slice(0, 2), ['12 opened here', '5 by this call']);
  });

  it('the same text gives the same findings, whatever was analysed before', async () => {
    const first = await findings(client);
    await findings(`${client}\n    def close(self):\n        self.sock.close()\n`);
    assert.deepEqual(await findings(client), first);
  });
});
