import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** Folders whose code must give the same result on every machine and at every time. */
const PURE = ['src/kernel/**', 'src/scenarios/**', 'src/analysis/flow/**'];
const CORE = [...PURE, 'src/analysis/**', 'src/app/**', 'src/diagnosis/**', 'src/output/**'];

const NODE_GLOBALS = ['process', 'Buffer', 'global', '__dirname', '__filename', 'require', 'setImmediate'];
const DOM_GLOBALS = ['window', 'document', 'navigator', 'localStorage', 'HTMLElement', 'fetch', 'XMLHttpRequest', 'Worker'];
const CLOCKS = ['Date', 'performance', 'setTimeout', 'setInterval', 'queueMicrotask', 'requestAnimationFrame', 'crypto'];

/** @returns {import('eslint').Linter.RuleEntry} */
const noGlobals = (...names) => [
  'error',
  ...names.map((name) => ({ name, message: `${name} may not be used in this folder (ARCHITECTURE.md, import rules).` })),
];
const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'No default exports: names stay greppable.' };
const noBarrel = { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' };
const noChance = { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: 'Chance is a seeded generator.' };

/** What the compiler knows is asked of it: one program for src, test and scripts. */
const typed = { parserOptions: { project: ['tsconfig.lint.json'], tsconfigRootDir: import.meta.dirname } };
/** node:test waits for its own tests. */
const NODE_TEST = { from: 'package', package: 'node:test', name: ['describe', 'it', 'test', 'suite'] };
/** @type {import('eslint').Linter.RulesRecord} */
const promises = {
  '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [NODE_TEST] }],
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
};

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-test/', 'test/fixtures/', 'test-results/', 'samples/', '**/generated.ts'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { regexp },
    languageOptions: typed,
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...promises,
      // An interface may ask for a promise, and for a method that needs no `this`; a union may name one string out of all.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      // No part of a text can be read in two ways that multiply.
      'regexp/no-super-linear-backtracking': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'type-imports', disallowTypeAnnotations: false }],
      'max-lines': ['error', { max: 400 }],
      'max-len': ['error', { code: 140, ignoreUrls: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      'no-restricted-syntax': ['error', noDefaultExport, noBarrel],
    },
  },
  {
    // What reads texts of others: no search that starts anew at each place reads the rest again and again.
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: { 'regexp/no-super-linear-move': 'error' },
  },
  {
    files: ['scripts/**/*.mjs', 'test/**/*.mjs'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { ...typed, parser: tseslint.parser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { ...promises, '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }] },
  },
  { files: ['src/**/*.ts'], rules: { 'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }] } },
  { files: CORE, rules: { 'no-restricted-globals': noGlobals(...NODE_GLOBALS, ...DOM_GLOBALS) } },
  {
    files: PURE,
    rules: {
      'no-restricted-globals': noGlobals(...NODE_GLOBALS, ...DOM_GLOBALS, ...CLOCKS),
      'no-restricted-syntax': ['error', noDefaultExport, noBarrel, noChance],
    },
  },
  { files: ['src/simulator/**'], rules: { 'no-restricted-globals': noGlobals(...NODE_GLOBALS) } },
);
