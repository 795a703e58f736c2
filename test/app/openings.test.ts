/** What who reads the code counts as one connection, and how it is named. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyseProject } from '../../src/analysis/project/rounds.js';
import { sourcesOf } from '../../src/analysis/project/sources.js';
import { explainAt } from '../../src/app/hover.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { openingsOf } from '../../src/app/openings.js';
import { curesFor } from '../../src/scenarios/cures.js';
import { analyser, checkText } from './analyser.js';

const REQUEST = `const http = require('http');
function price(item) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: 'prices', path: item }, (response) => {
      if (response.statusCode !== 200) return reject(new Error('status'));
      response.on('data', resolve);
    });
    request.on('error', reject);
  });
}
module.exports = { price };
`;

describe('openings', () => {
  it('a request and its answer are one, and its hover tells what is said of either', () => {
    const file = checkText(REQUEST, 'javascript', { minCertainty: 'possible' });
    assert.deepEqual(file.findings.map(({ rule }) => rule).sort(), ['missing-timeout', 'unconsumed-response']);
    const [only, ...others] = openingsOf(file);
    assert.deepEqual(others, []);
    assert.match(
      explainAt(file, only?.range.startLine ?? 0, only?.range.startColumn ?? 0, DEFAULT_MACHINE)?.markdown ?? '',
      /`response` is/,
    );
  });

  it('two calls on one line are two', () => {
    const text = "const net = require('net');\nfunction f(a, b) { return [net.connect(a), net.connect(b)]; }\nmodule.exports = { f };\n";
    assert.equal(openingsOf(checkText(text, 'javascript')).length, 2);
  });

  it('a function without a name is called after the one around it, in a file of a project as well', () => {
    const named = (connections: readonly { function: string }[]): string[] => connections.map((connection) => connection.function);
    assert.deepEqual(named(checkText(REQUEST, 'javascript').connections), ['price', 'price']);
    const project = analyser.openProject(sourcesOf({ 'src/shop.js': REQUEST }));
    assert.deepEqual(
      analyseProject(project).flatMap(([, { connections }]) => named(connections)),
      ['price', 'price'],
    );
    project.dispose();
  });

  it('no cure is offered that the runtime has no way to carry out', () => {
    const ofText = (text: string, language: string): string[] =>
      checkText(text, language).connections.flatMap((connection) => curesFor('connect-to-dead-host', connection).map(({ id }) => id));
    assert.deepEqual(ofText("const net = require('net');\nconst s = net.connect(80, 'h');\ns.on('data', console.log);\n", 'javascript'), [
      'connect-deadline',
    ]);
    assert.deepEqual(ofText("import socket\ns = socket.create_connection(('h', 80))\ns.recv(1)\n", 'python'), [
      'user-timeout',
      'connect-deadline',
    ]);
  });
});
