/** Turns the table of scripts/layers.cjs into rules. Type-only imports and import() count. */
const TABLE = require('./scripts/layers.cjs');

/** The one seam of the editor where Node's own modules are allowed: the web build has its twin beside it. */
const NODE_SEAM = '^src/editor/node/';
const PACKAGES = ['web-tree-sitter', 'lit', 'mermaid', 'vscode', 'ignore', 'sarif', '@modelcontextprotocol/sdk'];

const OURS = '^(src|test|scripts)/';

/** Packages of types alone. */
const TYPES = { vscode: '(^vscode$|@types/vscode)', sarif: '(^sarif$|@types/sarif)' };

const packagePath = (name) => TYPES[name] ?? `(^|node_modules/)${name}(/|$)`;
const folderPath = (name) => `^src/${name}(/|\\.|$)`;
const toPath = (name) => (PACKAGES.includes(name) ? packagePath(name) : folderPath(name));

function rulesOf([folder, allowed]) {
  const typesOnly = allowed.filter((a) => a.startsWith('types:')).map((a) => folderPath(a.slice('types:'.length)));
  const values = allowed.filter((a) => a !== 'NODE' && !a.startsWith('types:')).map(toPath);
  const inner = Object.keys(TABLE)
    .filter((other) => other.startsWith(`${folder}/`))
    .map((other) => `^src/${other}/`);
  const from = { path: `^src/${folder}/`, pathNot: folder === 'editor' ? [...inner, NODE_SEAM] : inner };
  const own = `^src/${folder}/`;
  const name = folder.replace('/', '-');
  const comment = `src/${folder} may import only: ${[folder, ...allowed].join(', ')}`;
  const node = allowed.includes('NODE') ? { dependencyTypesNot: ['core'] } : {};
  /** @type {object[]} */
  const rules = [{ name, comment, severity: 'error', from, to: { pathNot: [own, ...values, ...typesOnly], ...node } }];
  if (typesOnly.length > 0) {
    rules.push({
      name: `${name}-types-only`,
      comment,
      severity: 'error',
      from,
      to: { path: typesOnly, pathNot: [own, ...values], dependencyTypesNot: ['type-only'] },
    });
  }
  return rules;
}

module.exports = {
  forbidden: [
    ...Object.entries(TABLE).flatMap(rulesOf),
    {
      name: 'languages-do-not-know-each-other',
      comment: 'A language may import its own folder, the shared kits, language.ts and resolver.ts, never another language.',
      severity: 'error',
      from: { path: '^src/analysis/languages/([a-z]+)(/|\\.ts$)', pathNot: ['/generated\\.ts$', '/(language|resolver)\\.ts$'] },
      to: {
        path: '^src/analysis/languages/',
        pathNot: ['^src/analysis/languages/$1(/|\\.ts$)', '^src/analysis/languages/(language|resolver|shared)(/|\\.ts$)'],
      },
    },
    {
      name: 'only-syntax-knows-tree-sitter',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/analysis/syntax/' },
      to: { path: packagePath('web-tree-sitter') },
    },
    {
      name: 'only-editor-knows-vscode',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(editor/|extension\\.ts$)' },
      to: { path: packagePath('vscode') },
    },
    {
      name: 'src-knows-no-tests',
      comment: 'What is shipped needs neither tests nor scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'nobody-imports-a-test',
      comment: 'What several tests need stands in a file of its own.',
      severity: 'error',
      from: { path: OURS, pathNot: '^test/vscode/(?:suite|index)\\.ts$' },
      to: { path: '\\.(test|spec|bench)\\.ts$' },
    },
    ...['editor', 'simulator', 'cli'].map((edge) => ({
      name: `only-its-tests-know-${edge}`,
      comment: `src/${edge} is an edge: tests of other folders, and scripts, ask what is below it.`,
      severity: 'error',
      from: {
        path: '^(test|scripts)/',
        pathNot: `^test/(?:(?:${edge === 'editor' ? 'editor|vscode' : edge})/|diagnosis/same-answer\\.test\\.ts$)`,
      },
      to: { path: `^src/${edge}/` },
    })),
    {
      name: 'scripts-use-the-test-hosts',
      comment: 'Of test/, scripts use what starts VS Code, the browser and the analyser.',
      severity: 'error',
      from: { path: '^scripts/' },
      to: { path: '^test/', pathNot: '^test/(host/|browser/workbench\\.mjs$|app/analyser\\.ts$)' },
    },
    {
      name: 'no-cycles',
      comment: 'Files that need each other are handed what they need (see Parts in languages/go/context.ts).',
      severity: 'error',
      from: { path: OURS },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'everything-resolves', severity: 'error', from: { path: OURS }, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^test/fixtures/' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
