/** The import rules catch what they forbid: each planted import must be reported by the rule of its row. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** [file to plant, its text, rule that must catch it] */
const PLANTED: [string, string, string][] = [
  ['src/kernel/planted.ts', "import { x } from '../scenarios/target.js';\nexport const y = x;\n", 'kernel'],
  ['src/kernel/plantedType.ts', "import type { T } from '../scenarios/target.js';\nexport type Y = T;\n", 'kernel'],
  ['src/kernel/plantedNode.ts', "import fs from 'node:fs';\nexport const y = fs;\n", 'kernel'],
  ['src/scenarios/planted.ts', "export const y = import('../analysis/target.js');\n", 'scenarios'],
  ['src/analysis/flow/planted.ts', "import { x } from '../languages/target.js';\nexport const y = x;\n", 'analysis-flow'],
  [
    'src/analysis/flow/plantedValue.ts',
    "import { x } from '../../scenarios/profile.js';\nexport const y = x;\n",
    'analysis-flow-types-only',
  ],
  ['src/analysis/syntax/planted.ts', "import type { T } from '../flow/target.js';\nexport type Y = T;\n", 'analysis-syntax'],
  ['src/analysis/languages/plantedone.ts', "import { x } from './target.js';\nexport const y = x;\n", 'languages-do-not-know-each-other'],
  ['src/analysis/languages/plantedtwo.ts', "import { x } from '../rules/target.js';\nexport const y = x;\n", 'analysis-languages'],
  ['src/analysis/libraries/planted.ts', "import { x } from '../flow/target.js';\nexport const y = x;\n", 'analysis-libraries-types-only'],
  ['src/analysis/rules/planted.ts', "import { x } from '../syntax/target.js';\nexport const y = x;\n", 'analysis-rules'],
  [
    'src/analysis/rules/plantedTree.ts',
    "import { Parser } from 'web-tree-sitter';\nexport const y = Parser;\n",
    'only-syntax-knows-tree-sitter',
  ],
  ['src/analysis/planted.ts', "import { x } from '../app/target.js';\nexport const y = x;\n", 'analysis'],
  ['src/output/planted.ts', "import { x } from '../kernel/target.js';\nexport const y = x;\n", 'output-types-only'],
  ['src/app/planted.ts', "import { x } from '../editor/target.js';\nexport const y = x;\n", 'app'],
  ['src/simulator/planted.ts', "import type { T } from '../analysis/target.js';\nexport type Y = T;\n", 'simulator'],
  ['src/simulator/plantedVscode.ts', "import * as vscode from 'vscode';\nexport const y = vscode.version;\n", 'only-editor-knows-vscode'],
  ['src/cli/plantedVscode.ts', "import type * as vscode from 'vscode';\nexport type Y = vscode.Uri;\n", 'only-editor-knows-vscode'],
  ['src/editor/planted.ts', "import { x } from '../kernel/target.js';\nexport const y = x;\n", 'editor'],
  ['src/editor/plantedNode.ts', "import fs from 'node:fs';\nexport const y = fs;\n", 'editor'],
  ['src/cli/planted.ts', "export const y = import('../kernel/target.js');\n", 'cli'],
  ['src/kernel/plantedRound.ts', "import { z } from './plantedTrip.js';\nexport const y = () => z;\n", 'no-cycles'],
  ['src/app/plantedTest.ts', "import { x } from '../../test/app/target.js';\nexport const y = x;\n", 'src-knows-no-tests'],
  ['test/app/planted.ts', "import { x } from '../kernel/target.test.js';\nexport const y = x;\n", 'nobody-imports-a-test'],
  ['test/app/plantedEdge.ts', "import { x } from '../../src/editor/target.js';\nexport const y = x;\n", 'only-its-tests-know-editor'],
  ['test/kernel/plantedCli.ts', "import { x } from '../../src/cli/allowed.js';\nexport const y = x;\n", 'only-its-tests-know-cli'],
  ['scripts/planted.ts', "import { x } from '../test/app/target.js';\nexport const y = x;\n", 'scripts-use-the-test-hosts'],
  ['test/app/plantedRound.ts', "import { z } from './plantedTrip.js';\nexport const y = () => z;\n", 'no-cycles'],
];
const TARGETS = [
  'kernel',
  'scenarios',
  'analysis',
  'analysis/flow',
  'analysis/languages',
  'analysis/rules',
  'analysis/syntax',
  'app',
  'editor',
];

interface Violation {
  from: string;
  rule: { name: string };
}

describe('import rules', () => {
  let dir: string;
  let violations: Violation[];

  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'closewait-layers-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json', 'scripts/layers.cjs']) {
      cpSync(path.join(ROOT, file), path.join(dir, file));
    }
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(dir, 'node_modules'));
    const write = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
      writeFileSync(path.join(dir, file), text);
    };
    for (const target of TARGETS) write(`src/${target}/target.ts`, 'export const x = 1;\nexport type T = number;\n');
    write('src/scenarios/profile.ts', 'export const x = 1;\n');
    write('src/cli/allowed.ts', "import fs from 'node:fs';\nimport { x } from '../app/target.js';\nexport const y = [fs, x];\n");
    write('src/editor/node/allowed.ts', "import fs from 'node:fs';\nexport const y = fs;\n");
    write('src/output/allowed.ts', "import type { T } from '../kernel/target.js';\nexport type Y = T;\n");
    write('src/kernel/plantedTrip.ts', "import { y } from './plantedRound.js';\nexport const z = () => y;\n");
    write('test/app/plantedTrip.ts', "import { y } from './plantedRound.js';\nexport const z = () => y;\n");
    for (const file of ['test/app/target.ts', 'test/kernel/target.test.ts']) write(file, 'export const x = 1;\n');
    for (const [file, text] of PLANTED) write(file, text);
    const run = spawnSync(
      process.execPath,
      [
        path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
        'src',
        'test',
        'scripts',
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'json',
      ],
      { cwd: dir, encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    violations = (JSON.parse(run.stdout) as { summary: { violations: Violation[] } }).summary.violations;
  });

  after(() => rmSync(dir, { recursive: true, force: true }));

  for (const [file, text, rule] of PLANTED) {
    it(`${file} is caught by ${rule}: ${text.split('\n')[0]}`, () => {
      const rules = violations.filter((v) => v.from === file).map((v) => v.rule.name);
      assert.ok(rules.includes(rule), `caught by: ${rules.join(', ') || 'nothing'}`);
    });
  }

  it('reports nothing else', () => {
    const planted = new Set(PLANTED.map(([file]) => file));
    assert.deepEqual(
      violations.filter((v) => !planted.has(v.from)),
      [],
    );
  });
});

describe('globals of the pure folders', () => {
  // Planted files belong to no program: what needs types is left out.
  const eslint = new ESLint({ cwd: ROOT, overrideConfig: tseslint.configs.disableTypeChecked });
  for (const [file, text] of [
    ['src/kernel/planted.ts', 'export const t = Date.now();'],
    ['src/scenarios/planted.ts', 'export const r = Math.random();'],
    ['src/analysis/flow/planted.ts', 'export const t = (): unknown => setTimeout(() => 0, 1);'],
    ['src/analysis/rules/planted.ts', 'export const e = process.env;'],
    ['src/app/planted.ts', 'export const d = document.body;'],
    ['src/simulator/planted.ts', 'export const e = process.env;'],
  ] as const) {
    it(`${file}: ${text}`, async () => {
      const [result] = await eslint.lintText(`${text}\n`, { filePath: path.join(ROOT, file) });
      assert.match(result?.messages.map(({ message }) => message).join('\n') ?? '', /may not be used in this folder|seeded generator/);
    });
  }
});
