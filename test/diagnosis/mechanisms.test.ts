/** What public reports showed to be missing: each mechanism in the smallest program that has it. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { check } from '../../src/app/check.js';
import { languageOfFile } from '../../src/app/languages.js';
import { machineOfText } from '../../src/app/machine.js';
import type { SourceFile } from '../../src/diagnosis/candidates/program.js';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { readText } from '../../src/diagnosis/read.js';
import { resultOf } from '../../src/diagnosis/result.js';
import { analyser as openAnalyser } from '../analysis/support/analyser.js';

let analyser: Awaited<ReturnType<typeof openAnalyser>>;
before(async () => {
  analyser = await openAnalyser();
});

/** `file:line` of the candidates for the first thing that the text tells. */
async function lines(text: string, texts: Record<string, string>): Promise<string[]> {
  const files: SourceFile[] = [];
  for (const [path, source] of Object.entries(texts)) {
    const language = languageOfFile(path) ?? '';
    await analyser.prepare(language);
    const options = { machine: machineOfText(''), severities: {}, minCertainty: 'possible', fixes: false } as const;
    const { connections, findings } = check(analyser, source, language, options);
    files.push({ path, language, text: source, connections, findings });
  }
  const program = { files, settings: [] };
  const result = resultOf(diagnose([readText(text)], program, { machine: machineOfText(''), at: null, clock: () => '' }));
  const [first] = [...result.groups, ...result.errors, ...result.stacks];
  return (first?.candidates ?? []).map((c) => `${c.file}:${c.line}`);
}

const table = (rest: string): string => `CLOSE-WAIT 1      0      10.0.0.1:41234     10.0.0.2:${rest}\n`;

test('a socket of a class of its own is opened where it is made, not where it is connected', async () => {
  const own = `import socket
class Counted(socket.socket):
    sent = 0
class Feed:
    def open(self, host, port=7709):
        self.client = Counted(socket.AF_INET, socket.SOCK_STREAM)
        self.client.settimeout(3)
        self.client.connect((host, port))
`;
  assert.deepEqual(await lines(table('7709'), { 'feed.py': own }), ['feed.py:6']);
  const given = `const net = require('net')
function start(info = { port: 8888, host: 'pi' }) {
  const commands = new net.Socket()
  link(commands)
  const events = new net.Socket()
  link(events)
${"  events.on('data', () => 0)\n".repeat(12)}  function link(sock) {
    sock.connect(info.port, info.host)
  }
}
module.exports = start
`;
  const found = await lines('Error: connect ECONNREFUSED 192.168.1.6:8888\n', { 'pi.js': given });
  assert.deepEqual(found.sort(), ['pi.js:3', 'pi.js:5']);
});

test('a log is written just below the call that failed', async () => {
  const go = `package main

import (
	"log"
	"net"
)

func main() {
	up, err := net.Dial("tcp", "10.0.0.9:7000")
	if err != nil {
		log.Fatal(err)
	}
	defer up.Close()
	ln, err := net.Listen("tcp", ":25")
	if err != nil {
		log.Fatal(err)
	}
	for {
		conn, err := ln.Accept()
		if err != nil {
			log.Println(err)
			continue
		}
		go serve(conn)
	}
}

func serve(c net.Conn) {
	buf := make([]byte, 10)
	c.Read(buf)
	c.Close()
}
`;
  const text = 'I0704 02:52:01.009138   26262 main.go:21] accept tcp [::]:25: accept4: too many open files\n';
  assert.equal((await lines(text, { 'main.go': go }))[0], 'main.go:19');
});

test('what runs out of descriptors: a request that a hanging peer keeps open for ever is one reason', async () => {
  const py = `import http.client
def ask():
    c = http.client.HTTPConnection('10.0.0.2', 8123)
    c.request('GET', '/')
    body = c.getresponse().read()
    c.close()
    return body
`;
  assert.deepEqual(await lines('OSError: [Errno 24] Too many open files\n', { 'ask.py': py }), ['ask.py:3']);
});

test('tests are no part of a program that is called otherwise, and what they give is not what it is given', async () => {
  const dial = `package router

import "net"

func Open(addr string) (net.Conn, error) {
	return net.Dial("tcp", addr)
}
`;
  const tried = `package router

import "testing"

func TestOpen(t *testing.T) {
	c, _ := Open("127.0.0.1:9099")
	c.Read(nil)
	d, _ := net.Dial("tcp", "127.0.0.1:6100")
	d.Read(nil)
}
`;
  const found = await lines(table('6100     users:(("router",pid=7,fd=3))'), { 'router/open.go': dial, 'router/open_test.go': tried });
  assert.deepEqual(found, ['router/open.go:6']);
});

test('a method of its own that has the name of a library call serves nothing', async () => {
  const py = `import argparse, asyncio
class Plain:
    def start_server(self, handler):
        return asyncio.start_server(handler, host='0.0.0.0', port=self.port)
class Wrapped(Plain):
    def start_server(self, handler):
        return self.inner.start_server(handler)
`;
  const text = `Traceback (most recent call last):
  File "/usr/lib/python3.12/asyncio/selector_events.py", line 178, in _accept_connection
  File "/usr/lib/python3.12/socket.py", line 295, in accept
OSError: [Errno 24] Too many open files
`;
  assert.deepEqual(await lines(text, { 'proxy.py': py }), ['proxy.py:4']);
});

test('a traceback in one line, of a client that takes its own port', async () => {
  const text =
    'Traceback (most recent call last): File "/venv/lib/python3.9/site-packages/flask/app.py", line 24, in wsgi_app self.go() ' +
    'File "/srv/front/session.py", line 9, in save self.redis.delete(x) File "/venv/lib/python3.9/site-packages/redis/client.py", ' +
    'line 12, in delete raise e ConnectionError: Error 111 connecting to cache:6379. Connection refused.\n';
  const shared = `from redis import Redis
cache = Redis(host='cache', db=3)
`;
  const other = `import requests
def go():
    requests.get('http://10.0.0.1/x', timeout=3)
`;
  const node = `const redis = require('redis')
const c = redis.createClient()
`;
  assert.deepEqual(await lines(text, { 'front/shared.py': shared, 'front/app.py': other, 'push/index.js': node }), [
    'front/shared.py:2',
    'front/app.py:3',
  ]);
});

test('names that lead to one another in many ways are followed so often only', async () => {
  const names = Array.from({ length: 40 }, (_, i) => i);
  const go = `package main

import "net"

${names.map((i) => `func f${i}(c conf, n int) conf {\n\tc = f${(i + 1) % 40}(c, n)\n\tc = f${(i + 7) % 40}(c, n)\n\treturn f${(i + 13) % 40}(c, n)\n}`).join('\n')}

func open(c conf) {
	c = f0(c, 1)
	conn, _ := net.Dial("tcp", c.addr)
	conn.Close()
}
`;
  const before = performance.now();
  await lines(table('6100'), { 'many.go': go });
  assert.ok(performance.now() - before < 30_000);
});
