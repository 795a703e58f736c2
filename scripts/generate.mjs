#!/usr/bin/env node
// Writes the lists that follow from the files: registries of languages, libraries, rules and scenarios.
// With --check nothing is written: exit 1 names each stale file. With --root DIR it works on another copy of the project.
import fs from 'node:fs';
import path from 'node:path';
import { writePages } from './generate-pages.mjs';

const { root, check } = readArguments(process.argv.slice(2));

/** [folder, name of the const that each entry exports, its type, the file of the type, name of the list] */
const REGISTRIES = [
  ['src/analysis/languages', 'language', 'Language', './language.js', 'LANGUAGES'],
  ['src/analysis/libraries', 'library', 'Library', '../flow/facts.js', 'LIBRARIES'],
  ['src/analysis/rules', 'rule', 'Rule', './rule.js', 'RULES'],
  ['src/scenarios', 'scenario', 'Scenario', './scenario.js', 'SCENARIOS'],
  ['src/diagnosis/readers', 'reader', 'Reader', './reader.js', 'READERS'],
];

const outputs = new Map();
for (const registry of REGISTRIES) outputs.set(`${registry[0]}/generated.ts`, registryText(...registry));
// The pages and the manifest need the registries' values, so the registries are written first.
let stale = settle();
outputs.clear();
for (const [file, text] of await writePages(root)) outputs.set(file, text);
stale = [...stale, ...settle()];
if (stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}\nrun: npm run generate`);
  process.exitCode = 1;
}

function readArguments(argv) {
  const at = argv.indexOf('--root');
  return { check: argv.includes('--check'), root: path.resolve(at >= 0 ? argv[at + 1] : path.join(import.meta.dirname ?? '.', '..')) };
}

function registryText(folder, exported, type, from, list) {
  const dir = path.join(root, folder);
  const entries = fs.existsSync(dir)
    ? fs
        .readdirSync(dir, { withFileTypes: true })
        .filter((e) => e.isFile() && e.name.endsWith('.ts') && e.name !== 'generated.ts')
        .filter((e) => new RegExp(`^export const ${exported}\\b`, 'm').test(fs.readFileSync(path.join(dir, e.name), 'utf8')))
        .map((e) => e.name.slice(0, -'.ts'.length))
        .sort()
    : [];
  const alias = (name) =>
    name
      .split(/[^A-Za-z0-9]+/)
      .map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
      .join('');
  return [
    '// Written by scripts/generate.mjs from the files of this folder. Do not edit.',
    `import type { ${type} } from '${from}';`,
    ...entries.map((name) => `import { ${exported} as ${alias(name)} } from './${name}.js';`),
    '',
    `export const ${list}: readonly ${type}[] = [`,
    ...entries.map((name) => `  ${alias(name)},`),
    '];',
    '',
  ].join('\n');
}

/** Writes what differs (or, with --check, only names it). */
function settle() {
  const differing = [];
  for (const [file, text] of outputs) {
    const full = path.join(root, file);
    const old = fs.existsSync(full) ? fs.readFileSync(full, 'utf8') : null;
    if (old === text) continue;
    if (check) differing.push(file);
    else {
      fs.mkdirSync(path.dirname(full), { recursive: true });
      fs.writeFileSync(full, text);
    }
  }
  return differing;
}
