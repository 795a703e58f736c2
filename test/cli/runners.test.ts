/** What CI systems are given (action.yml, docs/ci.md, .pre-commit-hooks.yaml), run as each of them runs it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { LANGUAGES } from '../../src/app/languages.js';
import { folderWith } from './run.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const LEAK =
  'import socket\n\n\ndef f(host):\n    s = socket.socket()\n    s.settimeout(3)\n    s.connect((host, 1))\n    return s.recv(1)\n';
const dirs: string[] = [];
after(() => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true })));
const repository = (files: Record<string, string>): string => {
  const dir = folderWith(files);
  dirs.push(dir);
  return dir;
};

interface Action {
  inputs: Record<string, { default: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: { id: string; shell: string; env: Record<string, string>; run: string }[] };
}

describe('the GitHub Action', () => {
  const action = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')) as Action;

  /** A composite action's steps, as the runner's documentation says: `bash --noprofile --norc -eo pipefail FILE` in the workspace. */
  function run(dir: string, given: Record<string, string>): { code: number | null; out: string; outputs: string } {
    const inputs: Record<string, string> = {
      ...Object.fromEntries(Object.entries(action.inputs).map(([name, { default: value }]) => [name, value])),
      ...given,
    };
    const value = (text: string): string =>
      text.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, name: string) =>
        name === 'github.action_path' ? ROOT : (inputs[name.replace('inputs.', '')] ?? ''),
      );
    writeFileSync(path.join(dir, 'outputs'), '');
    let out = '';
    for (const { env, run: script } of action.runs.steps) {
      assert.doesNotMatch(script, /\$\{\{/, 'inputs reach the script as variables only');
      writeFileSync(path.join(dir, 'step.sh'), script);
      const variables = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, value(text)]));
      const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', 'step.sh'], {
        cwd: dir,
        encoding: 'utf8',
        env: { ...process.env, ...variables, GITHUB_OUTPUT: path.join(dir, 'outputs') },
      });
      out += stdout;
      if (status !== 0) return { code: status, out, outputs: readFileSync(path.join(dir, 'outputs'), 'utf8') };
    }
    return { code: 0, out, outputs: readFileSync(path.join(dir, 'outputs'), 'utf8') };
  }

  it('fails with findings, shows them, and leaves SARIF', () => {
    const dir = repository({ 'src/a.py': LEAK, 'other/b.py': LEAK });
    const { code, out, outputs } = run(dir, { paths: 'src' });
    assert.equal(code, 1);
    assert.match(out, /^src\/a\.py:5:9: .*missing-close/m);
    assert.equal(outputs, 'sarif=closewait.sarif\n');
    const log = JSON.parse(readFileSync(path.join(dir, 'closewait.sarif'), 'utf8')) as { runs: { results: unknown[] }[] };
    assert.equal(log.runs[0]?.results.length, 1);
  });

  it('passes without findings, takes options, and runs nothing that an input says', () => {
    const dir = repository({ 'a.py': LEAK });
    assert.equal(run(dir, { args: '--max-warnings 9' }).code, 0);
    assert.equal(run(dir, { paths: '$(touch ran) `touch ran` ; touch ran' }).code, 2);
    assert.throws(() => readFileSync(path.join(dir, 'ran')));
  });
});

describe('the GitLab snippet', () => {
  const [, block = ''] = /^## GitLab[\s\S]*?```yaml\n([\s\S]*?)```/m.exec(readFileSync(path.join(ROOT, 'docs/ci.md'), 'utf8')) ?? [];
  const { closewait: job } = parse(block) as { closewait: { script: string[]; artifacts: { reports: { codequality: string } } } };

  it('makes the code quality report that it names', () => {
    const dir = repository({
      'a.py': LEAK,
      'bin/npx': `#!/bin/sh\n[ "$1 $2" = "--yes closewait" ] || exit 9\nshift 2\nexec "${process.execPath}" "${ROOT}/dist/cli.js" "$@"\n`,
    });
    chmodSync(path.join(dir, 'bin/npx'), 0o755);
    const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', job.script.join('\n')], {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${dir}/bin:${process.env['PATH'] ?? ''}` },
    });
    assert.equal(status, 0, stderr);
    const entries = JSON.parse(readFileSync(path.join(dir, job.artifacts.reports.codequality), 'utf8')) as { location: { path: string } }[];
    assert.deepEqual(
      entries.map(({ location }) => location.path),
      ['a.py'],
    );
  });
});

describe('the pre-commit hook', () => {
  const [hook] = parse(readFileSync(path.join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as {
    id: string;
    entry: string;
    language: string;
    files: string;
    require_serial: boolean;
  }[];

  it('names the files of every language, and gets those of a commit all at once', () => {
    assert.ok(hook);
    for (const extension of LANGUAGES.flatMap(({ extensions }) => extensions)) assert.match(`a${extension}`, new RegExp(hook.files));
    assert.doesNotMatch('README.md', new RegExp(hook.files));
    assert.deepEqual([hook.language, hook.require_serial], ['script', true]);
  });

  it("runs as pre-commit runs a script: the file of the hook's repository, in the user's", () => {
    const [script = '', ...args] = hook?.entry.split(' ') ?? [];
    const run = (file: string): number | null =>
      spawnSync(path.join(ROOT, script), [...args, file], { cwd: repository({ 'leak.py': LEAK, 'clean.py': 'x = 1\n' }), encoding: 'utf8' })
        .status;
    assert.deepEqual([run('leak.py'), run('clean.py')], [1, 0]);
  });
});

describe('docs/ci.md', () => {
  it('is valid YAML where it says so', () => {
    for (const [, block = ''] of readFileSync(path.join(ROOT, 'docs/ci.md'), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)) {
      for (const document of parseAllDocuments(block)) assert.deepEqual(document.errors, []);
    }
  });
});
