import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closewait, folderWith } from './run.js';

const POOL = `import socket

import elsewhere


def closed(host):
    c = socket.create_connection((host, 80), timeout=3)
    try:
        return c.recv(1)
    finally:
        c.close()


def leaks(host):
    c = socket.create_connection((host, 80), timeout=3)
    c.settimeout(3)
    if c.recv(1) == b"x":
        return None
    c.close()


def connect(host):
    return socket.create_connection((host, 80), timeout=3)


def registered(host):
    c = socket.create_connection((host, 80), timeout=3)
    elsewhere.register(c)


def listed(host, all):
    c = socket.create_connection((host, 80), timeout=3)
    all.append([c])
`;

const USER = `import pool


def use(host):
    c = pool.connect(host)
    try:
        c.sendall(b"x")
    finally:
        c.close()
`;

const folder = folderWith({ 'pool.py': POOL, 'user.py': USER });

describe('closewait check --coverage', () => {
  it('counts each opening once and names where those went that are out of sight', () => {
    const { out } = closewait(['check', '--coverage', '--no-fixes', '--format', 'json', folder]);
    const { coverage } = JSON.parse(out) as {
      coverage: { seen: number; decided: number; kinds: Record<string, number>; gone: { line: number; kind: string; to: string }[] };
    };
    assert.deepEqual([coverage.seen, coverage.decided], [5, 3]);
    assert.equal(coverage.kinds.leaks, 1);
    assert.deepEqual(
      coverage.gone.map(({ line, kind, to }) => [line, kind, to]),
      [
        [27, 'call', 'elsewhere.register'],
        [32, 'call', 'append'],
      ],
    );
  });

  it('says so in text', () => {
    const { out } = closewait(['check', '--coverage', folder]);
    assert.match(out, /coverage: 5 openings seen, 3 decided \(60 %\)/);
    assert.match(out, /pool\.py:27: socket\.create_connection: given to a function that is not here: elsewhere\.register/);
  });

  it('says nothing of it without the option', () => {
    const { out } = closewait(['check', '--format', 'json', '--no-fixes', folder]);
    assert.ok(!out.includes('"coverage"') && !out.includes('"openings"'));
  });
});
