// npm run release:check: builds extension and npm package twice, wants equal bytes, and looks at what is in them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import semver from 'semver';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'closewait-release-'));
const problems = [];

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const json = (file) => JSON.parse(read(file));
const hash = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** Both packages, made anew. */
function make(round) {
  const dir = path.join(tmp, String(round));
  fs.mkdirSync(dir);
  run(process.execPath, ['scripts/build.mjs']);
  run(process.execPath, ['scripts/package.mjs', path.join(dir, 'closewait.vsix')]);
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', dir]));
  return { vsix: path.join(dir, 'closewait.vsix'), tarball: path.join(dir, filename), files: files.map((file) => file.path) };
}

const GRAMMARS = 'grammars/[\\w-]+\\.wasm';
const NOTICES = 'THIRD-PARTY-NOTICES\\.txt|sbom\\.cdx\\.json';
const IN_TARBALL = new RegExp(
  `^(package\\.json|README\\.md|CHANGELOG\\.md|LICENSE|dist/(cli\\.js|package\\.json|${GRAMMARS}|${NOTICES})|docs/closewait\\.1|media/(closewait|experiment)\\.schema\\.json)$`,
);
const IN_EXTENSION = new RegExp(
  `^(package(\\.nls[\\w.-]*)?\\.json|readme\\.md|changelog\\.md|license\\.txt|l10n/[\\w.-]+\\.json|samples/[\\w.-]+|media/[\\w./-]+\\.(png|svg|css|json|md)|docs/(rules(/[a-z-]+)?|images)/[\\w.-]+|dist/(package\\.json|(web/)?[\\w-]+\\.js|${GRAMMARS}|${NOTICES}))$`,
  'i',
);

/** What the central directory of a zip file lists: names, and where each file begins. */
function zipEntries(file) {
  const bytes = fs.readFileSync(file);
  const entries = new Map();
  for (let at = bytes.indexOf('PK\u0001\u0002'); at >= 0; at = bytes.indexOf('PK\u0001\u0002', at + 4)) {
    const name = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28));
    const header = bytes.readUInt32LE(at + 42);
    const begin = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    entries.set(name, () => zlib.inflateRawSync(bytes.subarray(begin, begin + bytes.readUInt32LE(at + 20))).toString('utf8'));
  }
  return entries;
}

/** Every Node that the project names must do for everything it installs, and the README must say which those are. */
function engines() {
  const { engines: own } = json('package.json');
  for (const [folder, { engines: theirs, optional }] of Object.entries(json('package-lock.json').packages)) {
    if (folder === '' || optional || typeof theirs?.node !== 'string') continue;
    if (!semver.subset(own.node, theirs.node)) problems.push(`${folder} wants Node ${theirs.node}; the project says ${own.node}`);
  }
  const versions = own.node.split(' || ').map((range) => semver.minVersion(range)?.version.replace(/(?:\.0){1,2}$/, ''));
  const said = `Node ${versions.slice(0, -1).join(', ')} or ${versions.at(-1)} and later`;
  if (!read('README.md').includes(said)) problems.push(`README.md does not say "${said}"`);
  const types = json('package.json').devDependencies['@types/vscode'].replace(/^[~^]/, '');
  if (semver.minVersion(own.vscode)?.version !== types)
    problems.push(`engines.vscode ${own.vscode} and @types/vscode ${types} differ: what is newer than the first would compile`);
}

try {
  engines();
  const { version } = json('package.json');
  if (!new RegExp(`^## (Unreleased|${version.replaceAll('.', '\\.')})$`, 'm').test(read('CHANGELOG.md')))
    problems.push(`CHANGELOG.md has no part for ${version}`);
  const [first, second] = [make(1), make(2)];
  for (const kind of ['vsix', 'tarball']) {
    const [a, b] = [hash(first[kind]), hash(second[kind])];
    if (a !== b) problems.push(`the ${kind} is not the same when it is built again`);
    console.log(`${path.basename(first[kind])}  ${(fs.statSync(first[kind]).size / 1e6).toFixed(2)} MB  sha256 ${a}`);
  }
  const entries = zipEntries(first.vsix);
  // VS Code's page of an extension shows neither images beside it nor `data:` images.
  const images = [...(entries.get('extension/readme.md')?.() ?? '').matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, address]) => address);
  for (const address of images) if (!address?.startsWith('https://')) problems.push(`the extension's page cannot show ${address}`);
  if (images.length === 0) problems.push("the extension's page has no images");
  const inExtension = [...entries.keys()].filter((name) => name.startsWith('extension/')).map((name) => name.slice('extension/'.length));
  if (inExtension.length < 10) problems.push(`the extension has ${inExtension.length} files`);
  for (const name of inExtension) if (!IN_EXTENSION.test(name)) problems.push(`${name} does not belong into the extension`);
  for (const name of first.files) if (!IN_TARBALL.test(name)) problems.push(`${name} does not belong into the npm package`);
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
} finally {
  fs.rmSync(tmp, { recursive: true, force: true });
}
for (const problem of problems) console.error(`release: ${problem}`);
console.log(problems.length === 0 ? 'release: ready' : `release: ${problems.length} problem${problems.length === 1 ? '' : 's'}`);
process.exitCode = problems.length === 0 ? 0 : 1;
