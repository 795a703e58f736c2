/** Notes are data; their words name things as the source does. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inFile } from '../../../src/analysis/flow/notes.js';
import type { Note } from '../../../src/analysis/flow/notes.js';
import { lineText, sourceName, textOf } from '../../../src/analysis/flow/notes-text.js';
import { analyser } from '../support/analyser.js';

const range = { startLine: 3, startColumn: 1, endLine: 3, endColumn: 5 };

describe('notes', () => {
  it('no internal name comes through', () => {
    assert.equal(sourceName('resp#4'), 'resp');
    assert.equal(sourceName('self.pool#2[].sock'), 'self.pool[…].sock');
    assert.equal(sourceName('%3[0]'), null);
    assert.equal(textOf({ kind: 'reassigned', range, name: '%3' }), 'what holds it is assigned anew: nothing can close it any more');
    assert.equal(textOf({ kind: 'reassigned', range, name: 'resp#4' }), '`resp` is assigned anew: nothing can close it any more');
  });

  it('a line in another file is told with the file', () => {
    assert.equal(lineText({ range, file: 'a.py' }, 'a.py'), 'line 3');
    assert.equal(lineText({ range, file: 'b.py' }, 'a.py'), 'line 3 of b.py');
    assert.equal(lineText({ range }, undefined), 'line 3');
  });

  it('a note keeps the file that it came with', () => {
    const note: Note = { kind: 'fails', range, file: 'inner.py' };
    assert.equal(inFile(note, 'outer.py').file, 'inner.py');
    const bare: Note = { kind: 'fails', range };
    assert.equal(inFile(bare, 'outer.py').file, 'outer.py');
    assert.equal('file' in inFile(bare, undefined), false);
  });

  it('variables of the same name in two scopes are told apart inside only', async () => {
    const source =
      'package main\n\nimport "net/http"\n\nfunc poll(urls []string) error {\n\tfor {\n\t\tresp, err := ' +
      'http.Get(urls[0])\n\t\tif err != nil {\n\t\t\treturn err\n\t\t}\n' +
      '\t\tif resp.StatusCode == 200 {\n\t\t\tresp, err := http.Get(urls[1])\n\t\t\tif err != nil {\n\t\t\t\treturn ' +
      'err\n\t\t\t}\n\t\t\tresp.Body.Close()\n\t\t}\n\t}\n}\n';
    const { findings } = (await analyser()).analyse(source, 'go');
    assert.ok(findings.length > 0);
    const texts = findings.flatMap(({ message, path }) => [message, ...path.map((step) => step.message)]).join('\n');
    assert.doesNotMatch(texts, /#\d|%\d/);
  });
});
