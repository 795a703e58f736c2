/** What is known of JavaScript's connections: the steps of programs that run by events. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkText } from '../app/analyser.js';

/** The steps of the first connection of a function body, as "what line". */
function stepsOf(body: string): string[] {
  const text = `const net = require('net');\nfunction talk(host, question, done) {\n${body}\n}\nmodule.exports = { talk };\n`;
  return (checkText(text, 'javascript').connections[0]?.steps ?? []).map(({ do: what, line }) => `${what} ${line}`);
}

describe('steps of programs that run by events', () => {
  it('who is connected writes, what comes is read, the end closes', () =>
    assert.deepEqual(
      stepsOf(`const socket = net.connect(43, host, () => {
  socket.write(question);
});
socket.on('data', (data) => done(null, data));
socket.on('end', () => done(null));
socket.on('error', done);`),
      ['connect 3', 'send 4', 'recvUntilEof 6', 'close 7'],
    ));

  it('handlers may be registered before it connects', () =>
    assert.deepEqual(
      stepsOf(`const socket = new net.Socket();
socket.on('connect', () => socket.write(question));
socket.on('data', (data) => done(null, data));
socket.connect(43, host);`),
      ['connect 6', 'send 4', 'recvUntilEof 5', 'close 0'],
    ));

  it('who allows half-open connections keeps it after the end, unless a handler of the end closes it', () => {
    const opened = "const socket = net.connect({ port: 43, host, allowHalfOpen: true });\nsocket.on('data', (data) => done(null, data));\n";
    assert.deepEqual(stepsOf(`${opened}socket.on('end', () => done(null));`), ['connect 3', 'recvUntilEof 4', 'hold 4']);
    assert.deepEqual(stepsOf(`${opened}socket.on('end', () => socket.end());`), ['connect 3', 'recvUntilEof 4', 'close 5']);
  });

  it('a limit that closes nothing leaves the connection to its peer', () =>
    assert.deepEqual(
      stepsOf(`const socket = net.connect(43, host);
socket.on('data', (data) => done(null, data));
socket.setTimeout(30000, () => done(new Error('late')));`),
      ['connect 3', 'recvUntilEof 4', 'close 0'],
    ));

  it('without a handler that reads it is held', () =>
    assert.deepEqual(stepsOf(`const socket = net.connect(43, host);\nsocket.on('error', done);\nsocket.write(question);`), [
      'connect 3',
      'send 5',
      'hold 6',
    ]));
});
