/** An editor's documents and the files around them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '../../src/app/edits.js';
import { fixesOf, type CheckOptions } from '../../src/app/check.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { Workspace } from '../../src/app/workspace.js';
import { analyser } from './analyser.js';

const options: CheckOptions = { machine: DEFAULT_MACHINE, severities: {}, minCertainty: 'likely', fixes: false };
const net = 'import socket\n\n\ndef dial(host):\n    return socket.create_connection((host, 80), 5)\n';
const use =
  'from net import dial\n\n\ndef once(host, stop):\n    c = dial(host)\n    if stop:\n        return 1\n    c.close()\n    return 0\n';

test('a document is refined once the files around it are read, and follows their changes', () => {
  const workspace = new Workspace(analyser);
  assert.equal(workspace.check('file:///w/use.py', use, options).findings.length, 0);
  workspace.setFiles([{ path: 'file:///w/net.py', text: net }]);
  assert.equal(workspace.isSettled, false);
  while (!workspace.isSettled) workspace.work(1);
  const [finding] = workspace.check('file:///w/use.py', use, options).findings;
  assert.equal(finding?.rule, 'missing-close');
  assert.equal(finding.path[0]?.range.startLine, 5);

  const trial = workspace.trial('file:///w/use.py', options);
  const [fix] = fixesOf(trial, finding);
  assert.ok(fix);
  const fixed = applyEdits(use, fix.edits);
  assert.ok(fixed);
  assert.equal(workspace.check('file:///w/use.py', fixed, options).findings.length, 0);

  workspace.check('file:///w/use.py', use, options);
  workspace.setFiles([{ path: 'file:///w/net.py', text: net.replace('return socket', 'print(socket') }]);
  assert.ok(workspace.work(100).includes('file:///w/use.py'));
  assert.equal(workspace.check('file:///w/use.py', use, options).findings.length, 0);
});
