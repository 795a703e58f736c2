/** Two analysers that are opened at the same time share one parser. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { it } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PROGRAM = `
  import { readFileSync } from 'node:fs';
  import { Analyser } from './src/analysis/analyse.ts';
  const bytes = new Map(['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-python/tree-sitter-python.wasm'].map((file) =>
    [file.split('/')[1], readFileSync('node_modules/' + file)]));
  const opened = async () => {
    const one = await Analyser.open(async (name) => bytes.get(name), () => 0);
    await one.prepare('python');
    return one;
  };
  const all = await Promise.all(Array.from({ length: 30 }, opened));
  const text = 'import socket\\nsocket.create_connection(("h", 1)).recv(1)\\n';
  console.log(all.map((one) => one.analyse(text, 'python').connections.length).join());
`;

it('each of them analyses', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', PROGRAM], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(stdout, `${Array.from({ length: 30 }, () => 1).join()}\n`, stderr);
});
