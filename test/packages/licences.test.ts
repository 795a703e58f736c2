/**
 * What the project installs: every package is pinned with its hash, under a licence that somebody has looked at, for every Node that
 * the project names.
 * What it ships is asked more of (scripts/third-party.mjs).
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import semver from 'semver';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Licences under which a tool may be that builds and tests. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'Artistic-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]);

/** Packages that name no licence by its identifier: [name, why it may be here]. */
const LOOKED_AT: readonly [name: RegExp, why: string][] = [
  [/^khroma$/, 'its file `license` has the text of MIT'],
  [/^@vscode\/vsce-sign/, "signs extensions for Microsoft's marketplace; comes with vsce, is never called, is in no package"],
];

interface Locked {
  license?: string;
  integrity?: string;
  engines?: { node?: string };
  optional?: boolean;
}

const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([folder]) => folder !== '');

/** An SPDX expression of names, AND, OR and one level of parentheses. */
function isAllowed(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  return plain.split(' OR ').some((one) => one.split(' AND ').every((name) => ALLOWED.has(name)));
}

describe('installed packages', () => {
  it('are pinned with their hash', () => {
    assert.ok(installed.length > 100);
    assert.deepEqual(
      installed.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([folder]) => folder),
      [],
    );
  });

  it('have a licence of the list', () => {
    const strange = installed
      .map(([folder, { license }]) => [folder.replace(/^.*node_modules\//, ''), license ?? 'none'] as const)
      .filter(([name, license]) => !isAllowed(license) && !LOOKED_AT.some(([known]) => known.test(name)));
    assert.deepEqual(strange, []);
  });

  it('work with every Node that the project names', () => {
    const own = packages['']?.engines?.node ?? '';
    const narrower = installed.filter(([, { engines, optional }]) => !optional && engines?.node && !semver.subset(own, engines.node));
    assert.deepEqual(
      narrower.map(([folder, { engines }]) => `${folder}: ${engines?.node}`),
      [],
    );
  });

  it('choices and sums of licences are read', () => {
    assert.ok(isAllowed('(MIT OR GPL-3.0-or-later)'));
    assert.ok(isAllowed('(MIT AND Zlib)'));
    assert.ok(!isAllowed('MIT AND GPL-3.0-only'));
    assert.ok(!isAllowed('SEE LICENSE IN LICENSE.txt'));
  });
});
