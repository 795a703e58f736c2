/** docs/kernel.md is what tests and code cite: what it names exists, and what they cite stands on it. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const ROOT = path.join(import.meta.dirname, '../..');
const KERNEL = path.join(ROOT, 'src/kernel');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const PAGE = read('docs/kernel.md');

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? sources(path.join(folder, e.name)) : e.name.endsWith('.ts') ? [path.join(folder, e.name)] : [],
  );
}

/** Rows of the page's rule tables: kernel functions, and the files that follow them. */
const RULES = PAGE.split('\n')
  .filter((line) => /^\|(?! (?:rule|no\.) )/.test(line) && !/^\|-/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => !/^\d+$/.test(cells[1] ?? ''));
const names = (cell: string | undefined, what: RegExp): string[] => [...(cell ?? '').matchAll(what)].map((m) => m[1] ?? '');

test('every file that a rule names exists, and one of them names the kernel function that it follows', () => {
  assert.ok(RULES.length > 25);
  for (const cells of RULES) {
    const files = names(cells[3], /`([\w/-]+\.ts)`/g).map((f) => path.join(KERNEL, f));
    for (const file of files) assert.ok(existsSync(file), `${file}: ${cells[1]}`);
    if (files.length === 0) continue;
    const texts = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    for (const name of names(cells[2], /`(\w+)\(\)`/g)) assert.ok(texts.includes(name), `${name}() is not named in ${cells[3]}`);
  }
});

test('every scenario that a test cites by number stands on the page', () => {
  const cited = ['test/kernel/rules.test.ts', 'test/kernel/rules-cases.ts'].flatMap((f) => names(read(f), /(?:name: |test\()'(\d+) /g));
  assert.ok(new Set(cited).size > 20);
  for (const n of cited) assert.match(PAGE, new RegExp(`^\\| ${n} \\| `, 'm'));
});

test('every page and file of the project that the kernel model and its tests cite exists', () => {
  const all = [...sources(KERNEL), ...sources(import.meta.dirname), path.join(KERNEL, 'README.md')];
  for (const file of all) {
    for (const cited of names(readFileSync(file, 'utf8'), /\b((?:docs|test|src)\/[\w./-]+\.(?:md|ts|json|py))\b/g))
      assert.ok(existsSync(path.join(ROOT, cited)), `${cited} in ${file}`);
  }
});

test('the table of files names what there is', () => {
  const table = readFileSync(path.join(KERNEL, 'README.md'), 'utf8');
  for (const file of names(table, /`([\w/-]+\.ts)`/g)) assert.ok(existsSync(path.join(KERNEL, file)), file);
});
