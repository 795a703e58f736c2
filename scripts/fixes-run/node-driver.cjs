'use strict';
/**
 * Loads a program, calls one of its functions with arguments made by their names, and reports how it went.
 *
 *     node node-driver.cjs PROGRAM FUNCTION NEEDED…     NEEDED: modules that must be real; others that are missing are stand-ins.
 */
const dns = require('node:dns');
const events = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
/** @type {any} */
const Module = require('node:module');
const net = require('node:net');
const util = require('node:util');

const PORT = Number(process.env.CLOSEWAIT_PORT);
const FLAG = process.env.CLOSEWAIT_FLAG === '1';
const [PROGRAM, FUNCTION, ...NEEDED] = process.argv.slice(2);
/** The program's time runs faster: what waits 30 s in it is through before anybody loses patience, what waits 1 s after the peers. */
const faster = (ms) => (ms < 200 ? ms : Math.max(80, ms / 40));
/** Peers have answered and left by then, milliseconds. */
const SETTLES = 450;

const later = setTimeout;
/** @type {any} */
const everywhere = globalThis;
everywhere.setTimeout = (run, ms = 0, ...args) => later(run, faster(ms), ...args);
everywhere.window = globalThis;
const { setTimeout: limit } = net.Socket.prototype;
net.Socket.prototype.setTimeout = function setTimeout(ms, ...rest) {
  return limit.call(this, faster(ms), ...rest);
};
// Whatever name it asks for is the peer's.
/** @type {any} */ (dns).lookup = (_host, options, done = options) =>
  process.nextTick(() => (options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)));

class Unavailable extends Error {}

/** @param {string=} needed what cannot be done without */
const standIn = (needed) => {
  const use = (value) => {
    if (needed !== undefined) throw new Unavailable(`needs ${needed}`);
    return value;
  };
  return new Proxy(function standIn() {}, {
    get: (_target, name) => (typeof name === 'symbol' || name === 'then' ? undefined : standIn(needed)),
    apply: () => use(undefined),
    construct: () => use(standIn()),
  });
};

/** A WebSocket as far as its connection goes: it opens when the peer says 101. */
class Link extends events.EventEmitter {
  constructor(url) {
    super();
    const { hostname, port } = new URL(url);
    this.tcp = net.connect({ host: hostname, port: Number(port || 80) }, () =>
      this.tcp.write('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'),
    );
    this.tcp.on('data', (data) => (data.toString().startsWith('HTTP/1.1 101') ? this.tell('open') : this.fail(new Error('no WebSocket'))));
    this.tcp.on('error', (problem) => this.fail(problem));
    this.tcp.on('close', () => this.tell('close'));
  }

  fail(problem) {
    if (this.failed) return;
    this.failed = true;
    this.tcp.destroy();
    // Both libraries tell of it soon, not at once.
    process.nextTick(() => this.tell('error', problem));
  }

  tell(name, ...values) {
    this[`on${name}`]?.(...values);
    // A browser's keeps an error that nobody hears to itself.
    if (name !== 'error' || this.listenerCount(name) > 0 || (this instanceof Heard && !(/** @type {any} */ (this).onerror)))
      this.emit(name, ...values);
  }

  addEventListener(name, listener) {
    this.on(name, listener);
  }

  send() {}

  close() {
    if (this.tcp.connecting || !this.failed) this.fail(new Error('closed before it was open'));
  }

  terminate() {
    this.close();
  }
}
/** What the library `ws` gives: who does not listen to its errors is ended by them. */
class Heard extends Link {}
everywhere.WebSocket = Link;

const load = Module._load;
Module._load = function loaded(name, ...rest) {
  if (name === 'ws') return Object.assign(Heard, { WebSocket: Heard, default: Heard });
  if (NEEDED.includes(name)) return standIn(name);
  try {
    return load.call(this, name, ...rest);
  } catch (problem) {
    if (/** @type {any} */ (problem)?.code === 'MODULE_NOT_FOUND') return standIn();
    throw problem;
  }
};

const sockets = () =>
  fs.readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;

let isReported = false;
const report = (what) => {
  if (!isReported) fs.writeSync(3, `RESULT ${JSON.stringify(what)}\n`);
  isReported = true;
};

/** Names about which nothing is known. */
const used = [];
const made = [];
let answered = null;
const answer = new Promise((resolve) => {
  answered = (...values) => resolve(values.length > 1 ? values : values[0]);
});
let hasCallback = false;

const connected = () =>
  new Promise((resolve, reject) => {
    const socket = net.connect({ port: PORT, host: '127.0.0.1' }, () => resolve(socket));
    socket.on('error', reject);
    made.push(socket);
  });

function fakeResponse() {
  const response = new events.EventEmitter();
  for (const name of ['writeHead', 'setHeader', 'write', 'end', 'send', 'json', 'status']) response[name] = () => response;
  return response;
}

/** @type {[RegExp, () => unknown][]} */
const byName = [
  [/^(?:done|cb|callback|next)$/i, () => ((hasCallback = true), answered)],
  [/^(?:socket|conn|connection|client|sock)$/, connected],
  [/(?:host|hostname|address|ip)$/i, () => '127.0.0.1'],
  [/port$/i, () => PORT],
  [/(?:url|uri|link|base|^u)$/i, () => `http://127.0.0.1:${PORT}/`],
  [/^(?:ms|timeout|delay)/i, () => 1000],
  [/(?:data|payload|message|body|text|question|line|query)$/i, () => 'hello\n'],
  [/^(?:options|config|init)$/, () => ({ host: '127.0.0.1', hostname: '127.0.0.1', port: PORT })],
  [/^(?:request|req)$/, () => ({ params: {}, headers: {}, query: {}, body: {}, url: '/', method: 'GET' })],
  [/^(?:response|res)$/, fakeResponse],
  [/^(?:show|log|handler|handle|on[A-Z]\w*|remember|read\w*)$/, () => () => undefined],
  [/^(?:n|count|size|length|tries|attempts|id)$/, () => 3],
];

async function argument(name) {
  for (const [pattern, make] of byName) if (pattern.test(name)) return make();
  used.push(name);
  return FLAG;
}

/** The parameters without a default, by the text of the function. */
function parameters(fn) {
  const text = fn.toString().replace(/^(?:async\s+)?(?:function\s*\*?\s*\w*|\*?\s*\w+)?\s*(?=\()/, '');
  if (!text.startsWith('(')) return [/^(?:async\s+)?(\w+)\s*=>/.exec(fn.toString())?.[1] ?? ''].filter(Boolean);
  const inner = [];
  let [depth, at, start] = [0, 0, 1];
  for (; at < text.length; at += 1) {
    const letter = text[at];
    if ('({['.includes(letter)) depth += 1;
    if (')}]'.includes(letter)) depth -= 1;
    if ((letter === ',' && depth === 1) || depth === 0) {
      inner.push(text.slice(start, at).trim());
      start = at + 1;
    }
    if (depth === 0) break;
  }
  return inner.filter((one) => one !== '' && !one.startsWith('...') && !/^\w+\s*=/.test(one));
}

async function argumentsOf(fn) {
  const values = [];
  for (const one of parameters(fn)) {
    if (!one.startsWith('{')) values.push(await argument(one));
    else {
      const names = one
        .slice(1, -1)
        .split(',')
        .map((part) => part.trim().split(/[\s:=]/)[0]);
      values.push(Object.fromEntries(await Promise.all(names.filter(Boolean).map(async (name) => [name, await argument(name)]))));
    }
  }
  return values;
}

function described(value) {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) return `[${value.map(described).join(', ')}]`;
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'a function' : util.inspect(value);
  const { name } = value.constructor ?? { name: 'Object' };
  return name === 'Object' ? util.inspect(value, { depth: 2 }).slice(0, 200) : name;
}

/** What is handed out is the caller's to close. */
function release(value) {
  for (const one of [value].flat()) {
    if (one === null || typeof one !== 'object') continue;
    if (one instanceof Response) void one.body?.cancel().catch(() => undefined);
    for (const name of ['destroy', 'terminate', 'close', 'end'])
      if (typeof one[name] === 'function') {
        one[name]();
        break;
      }
  }
}

async function call() {
  if (FUNCTION === 'module') return undefined;
  const [owner, method] = FUNCTION.split('#');
  const found = everywhere.fixesRun(owner);
  if (typeof found !== 'function') throw new Unavailable(`${FUNCTION} is no function`);
  if (method === undefined) return found(...(await argumentsOf(found)));
  if (method === 'constructor') return new found();
  const object = new found(
    ...(await argumentsOf(/constructor\s*(\([^)]*\))/.exec(found.toString())?.[1] ? found.prototype.constructor : () => 0)),
  );
  return object[method](...(await argumentsOf(object[method])));
}

async function main() {
  let said = '';
  let value = null;
  process.on('uncaughtException', (problem) => {
    if (problem instanceof Unavailable) return finish({ callable: false, said: problem.message, before: 0, after: 0 });
    fs.writeSync(2, `${problem?.stack ?? problem}\n`);
    process.exit(7);
  });
  const start = sockets();
  // Nothing is left that could bring an answer.
  process.on('exit', (code) => code === 0 && report({ said: 'waits for what never comes', before: start, after: sockets() }));
  try {
    require(PROGRAM);
    value = await call();
    if (hasCallback && value === undefined) value = await answer;
    if (FUNCTION === 'module') await new Promise((resolve) => later(resolve, 300));
    said = `gives ${described(value)}`;
    if (value === null || typeof value !== 'object' || !(value instanceof net.Server)) release(value);
  } catch (caught) {
    /** @type {any} */
    const problem = caught;
    if (problem instanceof Unavailable || /is not (?:defined|a constructor)/.test(problem?.message ?? ''))
      return finish({ callable: false, said: problem.message, before: 0, after: 0 });
    said = `throws ${described(problem)}${problem?.cause ? ` (${described(problem.cause)})` : ''}`;
  }
  for (const one of made) one.destroy();
  const until = Date.now() + SETTLES;
  const settle = () => {
    const now = sockets();
    if (now > start && Date.now() < until) return later(settle, 20);
    return finish({ said, before: start, after: now, flagged: used.length > 0 });
  };
  later(settle, 20);
}

function finish(what) {
  report(what);
  process.exit(0);
}

void main();
