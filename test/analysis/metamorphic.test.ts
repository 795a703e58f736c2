/** The same program written differently has the same findings. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyser } from './support/analyser.js';

interface Family {
  name: string;
  /** Rule and certainty that every variant has, exactly. */
  findings: string[];
  variants: Record<string, string>;
}

const head = 'import socket\n\n\n';

const families: Family[] = [
  {
    name: 'connect fails before the connection is handed over',
    findings: ['close-skipped-on-error [likely]'],
    variants: {
      plain: 'def connect(host):\n    s = socket.socket()\n    s.settimeout(5)\n    s.connect((host, 80))\n    return s\n',
      renamed:
        'def connect(peer):\n    channel = socket.socket()\n    channel.settimeout(5)\n    channel.connect((peer, 80))\n    ' +
        'return channel\n',
      reformatted:
        'def connect(host):\n\n    s = socket.socket(\n    )\n    # a comment\n    s.settimeout(\n        5)\n    s.connect( ' +
        '(host,\n        80) )\n    return (s)\n',
      'opening in a helper':
        'def make():\n    return socket.socket()\n\n\ndef connect(host):\n    s = make()\n    s.settimeout(5)\n    ' +
        's.connect((host, 80))\n    return s\n',
      'options in a helper':
        'def limit(s):\n    s.settimeout(5)\n\n\ndef connect(host):\n    s = socket.socket()\n    limit(s)\n    ' +
        's.connect((host, 80))\n    return s\n',
      'connect in a helper':
        'def join(s, host):\n    s.connect((host, 80))\n\n\ndef connect(host):\n    s = socket.socket()\n    ' +
        's.settimeout(5)\n    join(s, host)\n    return s\n',
      copied: 'def connect(host):\n    a = socket.socket()\n    a.settimeout(5)\n    b = a\n    b.connect((host, 80))\n    return a\n',
    },
  },
  {
    name: 'an early return keeps it open',
    findings: ['missing-close [certain]'],
    variants: {
      plain:
        'def ask(host, want):\n    s = socket.create_connection((host, 80), 5)\n    try:\n        if not want:\n            ' +
        'return None\n        data = s.recv(1)\n    except BaseException:\n        s.close()\n        raise\n    ' +
        's.close()\n    return data\n',
      inverted:
        'def ask(host, want):\n    s = socket.create_connection((host, 80), 5)\n    try:\n        if want:\n            data ' +
        '= s.recv(1)\n        else:\n            return None\n    except BaseException:\n        s.close()\n        ' +
        'raise\n    s.close()\n    return data\n',
      'as an else':
        'def ask(host, want):\n    s = socket.create_connection((host, 80), 5)\n    data = None\n    try:\n        if ' +
        'want:\n            data = s.recv(1)\n    except BaseException:\n        s.close()\n        raise\n    if ' +
        'want:\n        s.close()\n    return data\n',
      'close in a helper':
        'def done(s):\n    s.close()\n\n\ndef ask(host, want):\n    s = socket.create_connection((host, 80), 5)\n    ' +
        'try:\n        if not want:\n            return None\n        data = s.recv(1)\n    except BaseException:\n        ' +
        'done(s)\n        raise\n    done(s)\n    return data\n',
      'opening in a helper':
        'def begin(host):\n    return socket.create_connection((host, 80), 5)\n\n\ndef ask(host, want):\n    s = ' +
        'begin(host)\n    try:\n        if not want:\n            return None\n        data = s.recv(1)\n    except ' +
        'BaseException:\n        s.close()\n        raise\n    s.close()\n    return data\n',
    },
  },
  {
    name: 'closed on every way out',
    findings: [],
    variants: {
      with: 'def ask(host):\n    with socket.create_connection((host, 80), 5) as s:\n        return s.recv(1)\n',
      'with afterwards': 'def ask(host):\n    s = socket.create_connection((host, 80), 5)\n    with s:\n        return s.recv(1)\n',
      finally:
        'def ask(host):\n    s = socket.create_connection((host, 80), 5)\n    try:\n        return s.recv(1)\n    ' +
        'finally:\n        s.close()\n',
      'finally with a helper':
        'def done(x):\n    x.close()\n\n\ndef ask(host):\n    s = socket.create_connection((host, 80), 5)\n    try:\n        ' +
        'return s.recv(1)\n    finally:\n        done(s)\n',
      'a flag':
        'def ask(host):\n    s = socket.create_connection((host, 80), 5)\n    opened = True\n    try:\n        return ' +
        's.recv(1)\n    finally:\n        if opened:\n            s.close()\n',
      'a bare except':
        'def ask(host):\n    s = socket.create_connection((host, 80), 5)\n    try:\n        data = s.recv(1)\n    ' +
        'except:\n        s.close()\n        raise\n    s.close()\n    return data\n',
      closing:
        'from contextlib import closing\n\n\ndef ask(host):\n    with closing(socket.create_connection((host, 80), 5)) as ' +
        's:\n        return s.recv(1)\n',
      'None first':
        'def ask(host):\n    s = None\n    try:\n        s = socket.create_connection((host, 80), 5)\n        return ' +
        's.recv(1)\n    finally:\n        if s is not None:\n            s.close()\n',
    },
  },
  {
    name: 'the end of the stream is ignored',
    findings: ['eof-without-close [certain]'],
    variants: {
      plain:
        'def serve(listener):\n    conn, _ = listener.accept()\n    conn.settimeout(5)\n    with conn:\n        while ' +
        'True:\n            data = conn.recv(10)\n            print(data)\n',
      'a loop that never ends':
        'def serve(listener):\n    conn, _ = listener.accept()\n    conn.settimeout(5)\n    with conn:\n        while ' +
        '1:\n            print(conn.recv(10))\n',
      'reading in a helper':
        'def take(c):\n    return c.recv(10)\n\n\ndef serve(listener):\n    conn, _ = listener.accept()\n    ' +
        'conn.settimeout(5)\n    with conn:\n        while True:\n            data = take(conn)\n            print(data)\n',
      'the loop in a helper':
        'def loop(c):\n    while True:\n        data = c.recv(10)\n        print(data)\n\n\ndef serve(listener):\n    conn, ' +
        '_ = listener.accept()\n    conn.settimeout(5)\n    with conn:\n        loop(conn)\n',
    },
  },
];

for (const family of families) {
  describe(family.name, () => {
    for (const [name, source] of Object.entries(family.variants)) {
      it(name, async () => {
        const { findings } = (await analyser()).analyse(head + source, 'python');
        const seen = findings
          .filter((finding) => finding.certainty !== 'possible')
          .map((finding) => `${finding.rule} [${finding.certainty}]`);
        assert.deepEqual([...new Set(seen)], family.findings);
      });
    }
  });
}
