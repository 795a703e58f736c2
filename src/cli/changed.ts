/** `--changed-since REF`: the files that differ from a commit, by git. */

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A repository's own settings must not make git run programs. */
const HARMLESS = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'submodule.recurse=false'];

/**
 * Real paths of files that were changed, added or are not tracked yet. Throws with git's own first line.
 * @param folder a folder of the repository
 */
export function changedSince(ref: string, folder: string): Set<string> {
  const root = git(folder, ['rev-parse', '--show-toplevel']).replace(/\n$/, '');
  const commit = git(
    folder,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
    `git knows no commit "${ref}"`,
  ).trim();
  const names = [
    git(root, ['diff', '--name-only', '-z', '--no-ext-diff', '--no-textconv', '--ignore-submodules', commit, '--']),
    git(root, ['ls-files', '-z', '--others', '--exclude-standard']),
  ]
    .flatMap((text) => text.split('\0'))
    .filter((name) => name !== '');
  return new Set(names.map((name) => realOf(path.join(root, name))));
}

/** The path without symbolic links. */
export function realOf(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

function git(folder: string, args: readonly string[], otherwise?: string): string {
  const { error, status, stdout, stderr } = spawnSync('git', [...HARMLESS, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
  });
  if (error) throw new Error('git is not installed');
  if (status !== 0) throw new Error(otherwise ?? (stderr.trim().split('\n')[0] || 'git failed'));
  return stdout;
}
