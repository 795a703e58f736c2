/** Trees of real code for the benchmark, from Debian's and npm's packages: fetched once, nothing of them is run. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.join(os.tmpdir(), 'closewait-bench');

export interface Tree {
  language: string;
  folder: string;
}

/** Python with a web and a network framework (about 23 MB), Go's own library, a message broker's client in C. */
const PACKAGES: Record<string, { debian?: string[]; npm?: string }> = {
  python: { debian: ['libpython3.11-stdlib', 'python3-django', 'python3-twisted'] },
  go: { debian: ['golang-1.19-src'] },
  c: { npm: 'node-rdkafka@3.6.1' },
};

/** Throws when a package cannot be had: which, and why. */
export function trees(): Tree[] {
  return Object.entries(PACKAGES).map(([language, { debian = [], npm }]) => {
    const folder = path.join(ROOT, language);
    for (const name of debian)
      fetched(path.join(folder, name), (dir) => {
        execFileSync('apt-get', ['download', '-q', name], { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
        const file = readdirSync(dir).find((one) => one.endsWith('.deb')) ?? '';
        execFileSync('dpkg', ['-x', file, 'files'], { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
      });
    if (npm !== undefined)
      fetched(path.join(folder, npm), (dir) => {
        execFileSync('npm', ['pack', npm], { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
        const file = readdirSync(dir).find((one) => one.endsWith('.tgz')) ?? '';
        execFileSync('tar', ['xzf', file], { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
      });
    return { language, folder };
  });
}

function fetched(dir: string, fetch: (dir: string) => void): void {
  const done = path.join(dir, 'done');
  if (existsSync(done)) return;
  mkdirSync(dir, { recursive: true });
  try {
    fetch(dir);
  } catch (error) {
    throw new Error(`the benchmark needs the package ${path.basename(dir)}: ${error instanceof Error ? error.message : String(error)}`);
  }
  mkdirSync(done);
}

export interface SourceFile {
  path: string;
  text: string;
}

/** The files of a tree with one of these extensions, up to a size that the analysis takes, sorted. */
export function sourcesIn(folder: string, extensions: readonly string[], most = 1_000_000): SourceFile[] {
  const found: SourceFile[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && extensions.includes(path.extname(entry.name)) && statSync(file).size <= most)
      found.push({ path: path.relative(folder, file), text: readFileSync(file, 'utf8') });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
