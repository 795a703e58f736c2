/** Connections followed from file to file. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings } from '../support/project-findings.js';

describe('Python: from file to file', () => {
  const net = 'import socket\n\n\ndef dial(host):\n    return socket.create_connection((host, 80), 5)\n';
  const client =
    'from .net import dial\n\n\nclass Client:\n    def __init__(self, host):\n        self.sock = dial(host)\n\n    def ' +
    'ask(self):\n        self.sock.sendall(b"?")\n        return self.sock.recv(10)\n\n    def close(self):\n        ' +
    'self.sock.close()\n';
  const files = (body: string): Record<string, string> => ({
    'lib/__init__.py': 'from .client import Client\n',
    'lib/net.py': net,
    'lib/client.py': client,
    'use.py': `from lib import Client\n\n\ndef main_loop(host, stop):\n    c = Client(host)\n${body}`,
  });
  it('opened in one, wrapped by a second, kept by an object of a third, lost in a fourth', async () => {
    assert.deepEqual(await findings(files('    if stop:\n        return None\n    answer = c.ask()\n    c.close()\n    return answer\n')), [
      'use.py:5 missing-close certain',
    ]);
  });
  it('closed there', async () => {
    assert.deepEqual(await findings(files('    try:\n        return None if stop else c.ask()\n    finally:\n        c.close()\n')), []);
  });
  it("a base class of another file, whose constructor is called by the class's name, keeps what it is given", async () => {
    const base =
      'class Base:\n    def __init__(self, sock, kind=None):\n        self.sock = sock\n        self.kind = kind\n\n    def ' +
      'close(self):\n        self.sock.close()\n';
    const child = (given: string): string =>
      'import socket\nfrom base import Base\n\n\nclass Child(Base):\n    def __init__(self, host):\n        s = ' +
      `socket.create_connection((host, 80), 5)\n        Base.__init__(self, ${given}, bytes)\n`;
    const sure = (await findings({ 'base.py': base, 'child.py': child('s') })).filter((one) => !one.endsWith('possible'));
    assert.deepEqual(sure, []);
    assert.deepEqual(await findings({ 'base.py': base, 'child.py': child('None') }), ['child.py:7 missing-close certain']);
  });
  it('a default limit holds for the process, whichever file sets it', async () => {
    const ask =
      'import socket\n\n\ndef ask(at):\n    s = socket.socket()\n    try:\n        s.connect(at)\n        s.send(b"?")\n        ' +
      'return s.recv(9)\n    finally:\n        s.close()\n';
    const sets = (seconds: string): string => `import socket\n\n\ndef start():\n    socket.setdefaulttimeout(${seconds})\n`;
    assert.deepEqual(await findings({ 'plugins/ask.py': ask, 'lib/load.py': sets('10') }), []);
    assert.deepEqual(await findings({ 'plugins/ask.py': ask, 'lib/load.py': sets('None') }), [
      'plugins/ask.py:5 missing-keepalive certain',
    ]);
  });
  it('tests and examples beside a program tell what is possible alone; by themselves they are the program', async () => {
    const leak = 'import socket\n\n\ndef f():\n    s = socket.create_connection(("h", 80), 5)\n    return s.recv(1)\n';
    assert.deepEqual(await findings({ 'pkg/a.py': leak, 'pkg/tests/b.py': leak, 'examples/c.py': leak }), [
      'examples/c.py:5 missing-close possible',
      'pkg/a.py:5 missing-close certain',
      'pkg/tests/b.py:5 missing-close possible',
    ]);
    assert.deepEqual(await findings({ 'tests/b.py': leak, 'tests/more/c.py': leak }), [
      'tests/b.py:5 missing-close certain',
      'tests/more/c.py:5 missing-close certain',
    ]);
    assert.deepEqual(await findings({ 'one/a.py': leak, 'two/tests/b.py': leak }), [
      'one/a.py:5 missing-close certain',
      'two/tests/b.py:5 missing-close certain',
    ]);
  });
});
