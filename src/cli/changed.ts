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
  const unfiltered = withoutFilters(root);
  const commit = git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], {
    otherwise: `git knows no commit "${ref}"`,
  }).trim();
  const names = [
    git(root, ['diff', '--name-only', '--no-renames', '-z', '--no-ext-diff', '--no-textconv', '--ignore-submodules', commit, '--'], {
      also: unfiltered,
    }),
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

/** Variables that make the filters that the repository names (programs, for `.gitattributes`) empty. Names may hold any character. */
function withoutFilters(folder: string): Record<string, string> {
  const names = git(folder, ['config', '--null', '--name-only', '--get-regexp', '^filter\\..*\\.(clean|smudge|process|required)$'], {
    fails: [1],
  })
    .split('\0')
    .filter((name) => name !== '');
  const variables = names.flatMap((name, i) => [
    [`GIT_CONFIG_KEY_${i}`, name],
    [`GIT_CONFIG_VALUE_${i}`, name.endsWith('.required') ? 'false' : ''],
  ]);
  return { ...(Object.fromEntries(variables) as Record<string, string>), GIT_CONFIG_COUNT: String(names.length) };
}

interface Asked {
  /** What to say when it fails, instead of git's first line. */
  otherwise?: string;
  /** Exit codes that are no failure. */
  fails?: readonly number[];
  /** Variables. */
  also?: Record<string, string>;
}

function git(folder: string, args: readonly string[], { otherwise, fails = [], also = {} }: Asked = {}): string {
  const { error, status, stdout, stderr } = spawnSync('git', [...HARMLESS, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    // Objects that a partial clone lacks are not fetched.
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', ...also },
  });
  if (error) throw new Error('git is not installed');
  if (status !== 0 && !fails.includes(status ?? -1)) throw new Error(otherwise ?? (stderr.trim().split('\n')[0] || 'git failed'));
  return stdout;
}
