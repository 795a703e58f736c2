// Bundles everything into dist/: extension (Node and web), its worker (Node and web), command line, simulator page, mermaid, grammars.
// Puts together out/extension, which is what is packaged and what the tests in VS Code load.
// `--tests` also bundles the suite that runs inside VS Code.
import * as esbuild from 'esbuild';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeThirdParty } from './third-party.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(root, ...parts);
const require = createRequire(import.meta.url);

/** Diagrams and layouts of mermaid that the simulator draws; all others are left out of the bundle (5.5 MB down to about 1 MB). */
const MERMAID_KEEP = ['sequenceDiagram', 'stateDiagram-v2', 'dagre'];

/** web-tree-sitter's ESM entry needs import.meta.url, which a CJS bundle does not have: take the CommonJS one. */
const alias = { 'web-tree-sitter': at('node_modules/web-tree-sitter/web-tree-sitter.cjs') };

/** The Node seam of the editor (src/editor/node/) has a twin for the browser (src/editor/web/) with the same exports. */
const webSeam = {
  name: 'web-seam',
  setup(build) {
    build.onResolve({ filter: /\/node\/[a-z-]+\.js$/ }, ({ path: wanted, resolveDir }) => {
      if (!resolveDir.startsWith(at('src/editor'))) return undefined;
      return { path: path.resolve(resolveDir, wanted.replace('/node/', '/web/').replace(/\.js$/, '.ts')) };
    });
  },
};

const leaveOutMermaidDiagrams = {
  name: 'leave-out-mermaid-diagrams',
  setup(build) {
    const kept = new Set();
    build.onResolve({ filter: /./ }, ({ path: wanted, kind, importer }) => {
      if (kind !== 'dynamic-import' || !importer.includes(`${path.sep}mermaid${path.sep}dist`)) return undefined;
      const name = MERMAID_KEEP.find((keep) => path.basename(wanted).startsWith(`${keep}-`));
      if (!name) return { path: wanted, namespace: 'left-out' };
      kept.add(name);
      return undefined;
    });
    build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: 'export {};' }));
    build.onEnd(() => {
      const missing = MERMAID_KEEP.filter((name) => !kept.has(name));
      return missing.length === 0
        ? {}
        : { errors: [{ text: `mermaid no longer has the part(s) ${missing.join(', ')}: see MERMAID_KEEP in scripts/build.mjs` }] };
    });
  },
};

const common = {
  bundle: true,
  metafile: true,
  absWorkingDir: root,
  logLevel: 'warning',
  sourcemap: 'linked',
  sourcesContent: false,
  alias,
};
const node = { ...common, format: 'cjs', platform: 'node', target: 'node20' };
const web = { ...common, platform: 'browser', target: 'es2022' };
/** web-tree-sitter's Node branch is never reached in a browser; its requires must only not fail the bundle. */
/** What the worker draws of a page, it draws as text: lit's part for Node needs no document. */
const LIT_AS_TEXT = {
  'lit/html.js': at('node_modules/lit-html/node/lit-html.js'),
  'lit/directives/live.js': at('node_modules/lit-html/node/directives/live.js'),
};
const webWorker = { ...web, format: 'iife', minify: true, external: ['fs', 'fs/promises', 'path', 'url', 'module', 'node:*'] };

/** What loads before the user sees anything: the analyser and the model are the worker's. */
const extensionEntry = { entryPoints: ['src/extension.ts'], external: ['vscode'], minify: true };
const WORKERS_OWN = /^src\/(?:kernel\/(?:simulate|sock)|analysis\/(?:analyse|rules)|scenarios\/generated|app\/(?:check|story))/;
const withoutTheWorkersOwn = {
  name: 'without-the-workers-own',
  setup(build) {
    build.onEnd(({ metafile }) => ({
      errors: Object.values(metafile?.outputs ?? {})
        .flatMap(({ inputs }) => Object.entries(inputs).filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && WORKERS_OWN.test(file)))
        .map(([file]) => ({ text: `${file} is in the extension's own bundle, which has to load at once: ask the worker` })),
    }));
  },
};

const BUNDLES = [
  { ...node, ...extensionEntry, outfile: 'dist/extension.js', plugins: [withoutTheWorkersOwn] },
  { ...web, ...extensionEntry, format: 'cjs', outfile: 'dist/web/extension.js', plugins: [webSeam, withoutTheWorkersOwn] },
  { ...node, entryPoints: ['src/editor/node/worker.ts'], outfile: 'dist/worker.js', minifyWhitespace: true, minifySyntax: true },
  { ...webWorker, entryPoints: ['src/editor/web/worker.ts'], outfile: 'dist/web/worker.js', alias: { ...alias, ...LIT_AS_TEXT } },
  {
    ...node,
    entryPoints: ['src/cli/cli.ts'],
    outfile: 'dist/cli.js',
    banner: { js: '#!/usr/bin/env node' },
    define: { 'import.meta.dirname': '__dirname' },
  },
  {
    ...web,
    format: 'iife',
    minify: true,
    entryPoints: ['src/simulator/main.ts'],
    outfile: 'dist/simulator.js',
    tsconfig: 'tsconfig.simulator.json',
  },
  {
    ...web,
    format: 'iife',
    minify: true,
    entryPoints: ['src/simulator/worker.ts'],
    outfile: 'dist/simulator-worker.js',
    tsconfig: 'tsconfig.simulator.json',
  },
  {
    ...web,
    format: 'iife',
    minify: true,
    entryPoints: ['src/simulator/mermaid.ts'],
    outfile: 'dist/mermaid.js',
    sourcemap: false,
    plugins: [leaveOutMermaidDiagrams],
    tsconfig: 'tsconfig.simulator.json',
  },
];

/** They lie inside the extension: VS Code runs a test module in the host of the extension that holds it. */
const TESTS = [
  { ...node, entryPoints: ['test/vscode/index.ts'], outfile: 'out/extension/test/index.js', external: ['vscode', 'mocha'] },
  // Web worker host: Node's `assert` and `process` come from npm packages of the same name, `global` is the worker's globalThis.
  {
    ...web,
    format: 'cjs',
    entryPoints: ['test/vscode/index.web.ts'],
    outfile: 'out/extension/test/index.web.js',
    external: ['vscode'],
    define: { global: 'globalThis' },
    alias: { assert: at('node_modules/assert/build/assert.js') },
    inject: ['test/vscode/process-shim.mjs'],
  },
];

const grammarPackages = () => Object.keys(require(at('package.json')).devDependencies).filter((name) => /^tree-sitter-/.test(name));

/** Each grammar package ships one .wasm; the runtime's own lies beside them. */
function copyGrammars() {
  fs.mkdirSync(at('dist/grammars'), { recursive: true });
  const files = grammarPackages().flatMap((name) =>
    fs
      .readdirSync(at('node_modules', name))
      .filter((file) => file.endsWith('.wasm'))
      .map((file) => at('node_modules', name, file)),
  );
  for (const file of [...files, at('node_modules/web-tree-sitter/web-tree-sitter.wasm')])
    fs.copyFileSync(file, at('dist/grammars', path.basename(file)));
}

/**
 * The extension as it is packaged, in out/extension: what VS Code loads, and nothing else. Its manifest has no `type`:
 * the project is ESM, but VS Code's web host takes CommonJS only and judges by the manifest.
 */
function stageExtension() {
  const target = at('out/extension');
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  const { type, bin, man, files, scripts, devDependencies, ...manifest } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));
  // npm shows the description as it stands; in VS Code it is the reader's language.
  fs.writeFileSync(path.join(target, 'package.json'), `${JSON.stringify({ ...manifest, description: '%description%' }, null, 2)}\n`);
  fs.copyFileSync(at('.vscodeignore'), path.join(target, '.vscodeignore'));
  for (const file of fs.readdirSync(root).filter((name) => /^package\.nls[\w.-]*\.json$/.test(name)))
    fs.copyFileSync(at(file), path.join(target, file));
  const isPackaged = (file) => !file.endsWith('.map');
  for (const part of ['dist', 'docs/rules', 'docs/images', 'l10n', 'media', 'samples', 'README.md', 'CHANGELOG.md', 'LICENSE']) {
    if (fs.existsSync(at(part))) fs.cpSync(at(part), path.join(target, part), { recursive: true, filter: isPackaged });
  }
}

const started = Date.now();
const generated = spawnSync(process.execPath, ['--import', 'tsx', at('scripts/generate.mjs')], { cwd: root, stdio: 'inherit' });
if (generated.status !== 0) {
  console.error('build: scripts/generate.mjs failed');
  process.exit(1);
}
fs.rmSync(at('dist'), { recursive: true, force: true });
copyGrammars();
const bundle = (list) => Promise.all(list.map((options) => esbuild.build(options))).catch(() => process.exit(1)); // esbuild has already said what is wrong
const built = await bundle(BUNDLES);
// The project is ESM; what is bundled for Node is CommonJS, as VS Code's hosts want it.
fs.writeFileSync(at('dist/package.json'), '{ "type": "commonjs" }\n');
fs.chmodSync(at('dist/cli.js'), 0o755);
writeThirdParty(
  root,
  built.flatMap(({ metafile }) => Object.keys(metafile.inputs)),
  grammarPackages().map((name) => `node_modules/${name}`),
);
stageExtension();
if (process.argv.includes('--tests')) await bundle(TESTS);
console.error(`built dist/ in ${((Date.now() - started) / 1000).toFixed(1)} s`);
