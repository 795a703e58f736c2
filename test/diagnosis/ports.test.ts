/** Ports are followed from a call to where they are written: through loops, tables, records, modules, threads and files of settings. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { check } from '../../src/app/check.js';
import { languageOfFile } from '../../src/app/languages.js';
import { machineOfText } from '../../src/app/machine.js';
import { withoutCompiled } from '../../src/diagnosis/candidates/compiled.js';
import { Ports } from '../../src/diagnosis/candidates/ports.js';
import { openingsOf } from '../../src/diagnosis/candidates/program.js';
import type { SettingsFile, SourceFile } from '../../src/diagnosis/candidates/program.js';
import { analyser as openAnalyser } from '../analysis/support/analyser.js';

let analyser: Awaited<ReturnType<typeof openAnalyser>>;
before(async () => {
  analyser = await openAnalyser();
});

const NOT_SOURCE = /\.(?:ini|json|ya?ml|properties|env)$/;

/** `file:line role: ports` of every opening; `?` where other ports are possible. */
async function portsIn(texts: Record<string, string>): Promise<string[]> {
  const files: SourceFile[] = [];
  const settings: SettingsFile[] = [];
  for (const [path, text] of Object.entries(texts)) {
    if (NOT_SOURCE.test(path)) {
      settings.push({ path, text });
      continue;
    }
    const language = languageOfFile(path) ?? '';
    await analyser.prepare(language);
    const options = { machine: machineOfText(''), severities: {}, minCertainty: 'possible', fixes: false } as const;
    const { connections, findings } = check(analyser, text, language, options);
    files.push({ path, language, text, connections, findings });
  }
  const program = { files, settings };
  const ports = new Ports(program);
  const told = ports.withServers(openingsOf(program)).map((o) => {
    const sure = ports
      .of(o)
      .filter((p) => p.sure)
      .map((p) => p.port)
      .sort((a, b) => a - b);
    return `${o.file.path}:${o.connection.range.startLine} ${o.connection.role}: ${sure.join(' ')}${ports.isOpen(o) ? ' ?' : ''}`;
  });
  return [...new Set(told)].sort();
}

test('the variable of a loop is each of the elements', async () => {
  const py = `import socket
TARGETS = [("db", "10.0.0.2", 5440), ("cache", "10.0.0.2", 6385)]
for name, host, port in TARGETS:
    s = socket.create_connection((host, port), timeout=3)
    s.close()
`;
  assert.deepEqual(await portsIn({ 'watch.py': py }), ['watch.py:4 client: 5440 6385']);
  const js = `import net from 'node:net';
const peers = [{ name: 'a', port: 7610, tries: 3000 }, { name: 'b', port: 7611, tries: 4000 }];
peers.forEach((peer) => {
  const s = net.connect(peer.port, 'localhost');
  s.on('error', () => s.destroy());
});
`;
  assert.deepEqual(await portsIn({ 'peers.mjs': js }), ['peers.mjs:4 client: 7610 7611']);
});

test('a table of structures without the names of fields, given to a thread', async () => {
  const c = `#include <pthread.h>
#include <sys/socket.h>
#include <netinet/in.h>
struct target { const char *name; int every; int port; };
static struct target targets[] = { { "db", 6000, 5440 }, { "cache", 7000, 6385 } };
static void *watch(void *arg) {
  struct target *t = arg;
  struct sockaddr_in a = { 0 };
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  a.sin_port = htons(t->port);
  connect(fd, (struct sockaddr *)&a, sizeof a);
  return 0;
}
int main(void) {
  pthread_t th;
  pthread_create(&th, 0, watch, (void *)&targets[1]);
  return 0;
}
`;
  assert.deepEqual(await portsIn({ 'watch.c': c }), ['watch.c:9 client: 6385']);
});

test('a record of another module, taken apart or merged with what is given', async () => {
  const config = `export const config = { queue: { host: 'h', port: 5690 }, stock: { host: 'h', port: 4070 } };\n`;
  const queue = `import net from 'node:net';
import { config } from './config.js';
const { host, port } = config.queue;
const s = net.connect({ host, port });
s.on('error', () => s.destroy());
`;
  assert.deepEqual(await portsIn({ 'config.js': config, 'queue.js': queue }), ['queue.js:4 client: 5690']);
  const merged = `const net = require('net');
const opts = Object.assign({ game: 'h:3066', stats: { host: 'h', port: 3077 } }, JSON.parse(process.env.OPTIONS || '{}'));
function stats() {
  return net.connect(opts.stats.port, opts.stats.host);
}
const s = stats();
s.on('error', () => s.destroy());
`;
  assert.deepEqual(await portsIn({ 'gate.cjs': merged }), ['gate.cjs:4 client: 3077', 'gate.cjs:6 client: 3077']);
});

test('a record that is given in parts, and one that is found by its name', async () => {
  const cache = `const net = require('net');
class Cache {
  constructor({ host, port }) {
    this.host = host;
    this.port = port;
  }
  connect() {
    this.conn = net.createConnection(this.port, this.host);
    this.conn.on('error', () => this.conn.destroy());
  }
}
module.exports = { Cache };
`;
  const main = `const config = require('./defaults.json');
const { Cache } = require('./cache');
new Cache(config.cache).connect();
`;
  const json = '{ "cache": { "host": "h", "port": 8420 }, "mailer": { "host": "h", "port": 8430 } }';
  const found = await portsIn({ 'src/cache.js': cache, 'src/index.js': main, 'src/defaults.json': json });
  assert.ok(found.includes('src/cache.js:8 client: 8420'), found.join('\n'));
  const java = `class Vault {
  record Endpoint(String name, String host, int port) {}
  static final java.util.List<Endpoint> ALL = java.util.List.of(
    new Endpoint("keys", "10.0.0.2", 8720),
    new Endpoint("mirror", "10.0.0.2", 8730));
  static Endpoint named(String name) {
    return ALL.stream().filter(e -> e.name().equals(name)).findFirst().orElseThrow();
  }
  void mirror() throws java.io.IOException {
    Endpoint e = named("mirror");
    java.net.Socket s = new java.net.Socket(e.host(), e.port());
    s.close();
  }
}
`;
  assert.deepEqual(await portsIn({ 'Vault.java': java }), ['Vault.java:11 client: 8730']);
});

test('the line that accepts stands for what a listener of a helper takes', async () => {
  const io = `#include <netinet/in.h>
#include <sys/socket.h>
int serve_on(unsigned port) {
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  bind(fd, (struct sockaddr *)&a, sizeof a);
  listen(fd, 3);
  return fd;
}
int main(void) {
  int sensors[16], n = 0;
  int lfd = serve_on(8510);
  for (;;)
    sensors[n++] = accept(lfd, 0, 0);
}
`;
  const found = await portsIn({ 'io.c': io });
  assert.deepEqual(
    found.filter((f) => f.includes('accepted')),
    ['io.c:14 accepted: 8510'],
    found.join('\n'),
  );
});

test('what a handler does says nothing of its server', async () => {
  const js = `import net from 'node:net';
const peers = [{ port: 7610 }];
const server = net.createServer((socket) => {
  for (const peer of peers) net.connect(peer.port).end();
});
server.listen(7600);
`;
  const found = await portsIn({ 'main.mjs': js });
  assert.ok(found.includes('main.mjs:3 listener: 7600'), found.join('\n'));
});

test('only the field that is asked for counts', async () => {
  const go = `package main

import "net"

type shipper struct {
	collector string
	search    string
}

func (s *shipper) connect() (net.Conn, error) {
	return net.Dial("tcp", s.collector)
}

func main() {
	s := &shipper{collector: "10.0.0.2:5170", search: "http://10.0.0.2:9250"}
	c, err := s.connect()
	if err == nil {
		c.Close()
	}
}
`;
  const found = await portsIn({ 'agent.go': go });
  assert.ok(found.includes('agent.go:11 client: 5170') && !found.some((f) => f.includes('9250')), found.join('\n'));
});

test('settings are those of the keys that the code asks for', async () => {
  const py = `import configparser, socket, smtplib
cfg = configparser.ConfigParser()
cfg.read("gate.ini")
s = socket.create_connection((cfg["spam"]["host"], cfg.getint("spam", "port")))
m = smtplib.SMTP(cfg["smarthost"]["host"], int(cfg["smarthost"]["port"]))
`;
  const ini = '[spam]\nhost = h\nport = 7830\n[smarthost]\nhost = h\nport = 2587\n';
  assert.deepEqual(await portsIn({ 'gate.py': py, 'gate.ini': ini }), ['gate.py:4 client: 7830', 'gate.py:5 client: 2587']);
  assert.deepEqual(await portsIn({ 'a/gate.py': py, 'b/gate.ini': ini }), ['a/gate.py:4 client: ', 'a/gate.py:5 client: ']);
  const go = `package main

import (
	"net"
	"strconv"
)

type Config struct {
	Audit struct{ Host string; Port int }
	Backends []string
}

func audit(cfg *Config) (net.Conn, error) {
	return net.Dial("tcp", net.JoinHostPort(cfg.Audit.Host, strconv.Itoa(cfg.Audit.Port)))
}

func back(cfg *Config) (net.Conn, error) {
	return net.Dial("tcp", cfg.Backends[0])
}
`;
  const json = '{ "backends": ["10.0.0.2:9722", "10.0.0.2:9723"], "audit": { "host": "h", "port": 9724 } }';
  assert.deepEqual(await portsIn({ 'main.go': go, 'config.json': json }), ['main.go:14 client: 9724', 'main.go:18 client: 9722 9723']);
  const yaml = 'backends:\n  - 10.0.0.2:9722\naudit:\n  host: h\n  port: 9724\n';
  assert.deepEqual(await portsIn({ 'main.go': go, 'config.yaml': yaml }), ['main.go:14 client: 9724', 'main.go:18 client: 9722']);
  const java = `class Erp {
  void ask(java.util.Properties p) throws Exception {
    java.net.Socket s = new java.net.Socket(p.getProperty("erp.host"), Integer.parseInt(p.getProperty("erp.port")));
    s.close();
  }
}
`;
  const properties = 'server.port=8460\nerp.host=h\nerp.port=8470\n';
  assert.deepEqual(await portsIn({ 'Erp.java': java, 'config/app.properties': properties }), ['Erp.java:3 client: 8470 ?']);
});

test('where one of several callers is not known, other ports are possible', async () => {
  const py = `import socket, sys
def dial(host, port):
    return socket.create_connection((host, port))
a = dial("h", 7080)
b = dial("h", int(sys.argv[1]))
a.close()
b.close()
`;
  const found = await portsIn({ 'dial.py': py });
  assert.ok(found.includes('dial.py:3 client: 7080 ?'), found.join('\n'));
});

test('what a compiler wrote is not looked at beside its source', () => {
  const file = (path: string, language: string, text = ''): SourceFile => ({ path, language, text, connections: [], findings: [] });
  const files = [
    file('src/main.ts', 'typescript'),
    file('dist/main.js', 'javascript', 'exports.x = 1;\n//# sourceMappingURL=main.js.map\n'),
    file('dist/other.js', 'javascript'),
  ];
  assert.deepEqual(
    withoutCompiled({ files, settings: [] }).files.map((f) => f.path),
    ['src/main.ts', 'dist/other.js'],
  );
});
