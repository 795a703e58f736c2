/** Who ends a request hears an error of it; where nobody listens to that, it would end the program. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkText } from './analyser.js';

const request = (listener: string): string => `const http = require('http');
function status(url, done) {
  const request = http.get(url, (response) => {
    response.resume();
    done(null, response.statusCode);
  });
  request.on('timeout', () => done(new Error('too slow')));
${listener}
}
module.exports = { status };
`;

const socket = (listener: string): string => `const net = require('net');
const { once } = require('events');
async function hello(port, show) {
  const socket = net.connect(port);
${listener}
  const [text] = await once(socket, 'data');
  socket.end();
  show(text);
}
module.exports = { hello };
`;

function titles(text: string): string[] {
  const { findings } = checkText(text, 'javascript', { fixes: true });
  return findings.flatMap(({ fixes }) => fixes.map(({ title }) => title));
}

function inserted(text: string): string {
  const { findings } = checkText(text, 'javascript', { fixes: true });
  return findings.flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits.map(({ newText }) => newText))).join('\n');
}

describe('fixes of JavaScript', () => {
  it('destroy a request where its errors are heard', () => {
    assert.ok(titles(request("  request.on('error', done);")).some((title) => title.startsWith('Destroy `request`')));
  });

  it('do not where nobody hears them', () => {
    assert.ok(!titles(request('')).some((title) => title.startsWith('Destroy `request`')));
  });

  it('end a silent socket with an error only where that is heard', () => {
    assert.match(inserted(socket("  socket.on('error', show);")), /destroy\(new Error\('no answer'\)\)/);
    assert.match(inserted(socket('')), /destroy\(\)/);
    assert.doesNotMatch(inserted(socket('')), /new Error/);
  });

  it('let an answer go before the callback that may throw, unless that is given it', () => {
    const refused = (call: string): string => `const http = require('http');
function size(url, done) {
  const request = http.get(url, { timeout: 2000 }, (response) => {
    if (response.statusCode !== 200) {
      ${call}
      return;
    }
    response.resume();
    response.on('end', () => done(null, true));
  });
  request.on('timeout', () => request.destroy());
  request.on('error', done);
}
module.exports = { size };
`;
    const text = refused('done(new Error(`status ${response.statusCode}`));');
    const { findings } = checkText(text, 'javascript', { fixes: true });
    const edits = findings.flatMap(({ fixes }) => fixes.flatMap((fix) => fix.edits));
    assert.deepEqual(
      edits.map(({ newText, range }) => [newText, range.startLine]),
      [['      response.resume();\n', 5]],
    );
    assert.ok(!titles(refused('done(null, response);')).includes('`response.resume()` before this'));
  });
});
