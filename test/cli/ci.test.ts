/** `closewait check` in CI: reports, baselines, changed files, limits of warnings, settings of a project. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import type { Log } from 'sarif';
import { checkHere, closewait, folderWith, type Ran } from './run.js';

const LEAK = `import socket

def fetch(host):
    s = socket.create_connection((host, 80), timeout=5)
    data = s.recv(10)
    if not data:
        return None
    s.close()
    return data
`;
const GIVER = `import socket

def connect(host):
    return socket.create_connection((host, 80), timeout=5)
`;
const USER = `from giver import connect

def fetch(host):
    s = connect(host)
    if not s.recv(10):
        return None
    s.close()
`;
const dirs: string[] = [];
const made = (files: Record<string, string | Buffer>): string => {
  const dir = folderWith(files);
  dirs.push(dir);
  return dir;
};
after(() => dirs.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

describe('reports', () => {
  const dir = made({ 'giver.py': GIVER, 'user.py': USER, 'lea"k & <é>.py': LEAK });

  it('SARIF fits the published schema, with code flows through files, fixes, rule help and fingerprints', async () => {
    // Draft 4, of which it uses nothing but the name of `id` that later drafts say differently.
    const schema = JSON.parse(
      readFileSync(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
    ) as Record<string, unknown>;
    delete schema['$schema'];
    delete schema['id'];
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
    const log = JSON.parse((await checkHere(dir, '.', '--format', 'sarif')).out) as Log;
    assert.ok(validate(log), JSON.stringify(validate.errors));
    const run = log.runs[0];
    const results = run?.results ?? [];
    assert.ok(results.length >= 2);
    for (const { partialFingerprints, ruleId, ruleIndex, fixes } of results) {
      assert.match(partialFingerprints?.['closewait/v1'] ?? '', /^[0-9a-f]{16}:\d+$/);
      const rule = run?.tool.driver.rules?.[ruleIndex ?? -1];
      assert.equal(rule?.id, ruleId);
      assert.match(rule?.help?.markdown ?? '', /What to do/);
      assert.ok((fixes?.length ?? 0) > 0);
    }
    const uris = results.map(({ codeFlows }) =>
      codeFlows?.[0]?.threadFlows[0]?.locations.map(({ location }) => location?.physicalLocation?.artifactLocation?.uri),
    );
    assert.ok(
      uris.some((one) => one?.includes('giver.py') && one.includes('user.py')),
      JSON.stringify(uris),
    );
    assert.ok(uris.flat().includes('lea%22k%20%26%20%3C%C3%A9%3E.py'));
  });

  it('JUnit and checkstyle are XML that holds every finding', async () => {
    const count = ((await checkHere(dir, '.')).out.match(/^\S.*\[(certain|likely)\]/gm) ?? []).length;
    for (const [format, finding] of [
      ['junit', 'failure'],
      ['checkstyle', 'error'],
    ] as const) {
      const { code, out } = await checkHere(dir, '.', '--format', format);
      assert.equal(code, 1);
      assert.equal(elementsOf(out).filter((name) => name === finding).length, count, format);
      assert.ok(out.includes('lea&quot;k &amp; &lt;é&gt;.py'));
    }
    const passed = await checkHere(dir, 'giver.py', '--format', 'junit');
    assert.deepEqual([passed.code, elementsOf(passed.out)], [0, ['testsuites', 'testsuite', 'testcase']]);
  });

  it('GitLab: every entry has what GitLab asks for, fingerprints are unique, paths are relative to the repository', async () => {
    const { out } = await checkHere(dir, '.', '--format', 'gitlab');
    const entries = JSON.parse(out) as {
      description: string;
      check_name: string;
      fingerprint: string;
      severity: string;
      location: { path: string; lines: { begin: number } };
    }[];
    assert.ok(entries.length >= 2);
    assert.equal(new Set(entries.map(({ fingerprint }) => fingerprint)).size, entries.length);
    for (const { description, check_name: rule, severity, location } of entries) {
      assert.ok(description !== '' && rule !== '' && !location.path.startsWith('./') && location.lines.begin >= 1);
      assert.ok(['info', 'minor', 'major', 'critical', 'blocker'].includes(severity));
    }
  });
});

/** Names of the elements of an XML text, in order; fails where tags are not nested or a sign is not escaped. */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  const rest = xml
    .replace(/^<\?xml version="1.0" encoding="UTF-8"\?>/, '')
    .replace(/<(\/?)([a-z]+)((?: [a-z_]+="[^"<]*")*)(\/?)>/g, (_, close: string, name: string, attributes: string, alone: string) => {
      assert.doesNotMatch(attributes, /&(?!amp;|lt;|gt;|quot;|#\d+;)/);
      if (close !== '') assert.equal(open.pop(), name);
      else {
        names.push(name);
        if (alone === '') open.push(name);
      }
      return '';
    });
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]|&(?!amp;|lt;|gt;|#\d+;)/);
  return names;
}

describe('--baseline', () => {
  const dir = made({ 'a.py': LEAK, 'sub/.keep': '' });
  const check = (...args: string[]): Promise<Ran> => checkHere(dir, ...args);

  it('hides what it holds, also after lines moved, and shows what is new', async () => {
    assert.equal((await check('a.py', '--baseline', 'base.json', '--write-baseline')).code, 0);
    assert.deepEqual(
      [(await check('a.py', '--baseline', 'base.json')).code, (await check('a.py', '--baseline', 'base.json')).out],
      [0, ''],
    );
    writeFileSync(path.join(dir, 'a.py'), `# one more line\n\n${LEAK}`);
    assert.equal((await check('./a.py', '--baseline', 'base.json')).code, 0);
    writeFileSync(path.join(dir, 'a.py'), `${LEAK}\n\n${LEAK.replace('def fetch', 'def other')}`);
    const { code, out } = await check('a.py', '--baseline', 'base.json');
    assert.equal(code, 1);
    assert.equal((out.match(/^a\.py:\d+:\d+: /gm) ?? []).length, 1, out);
  });

  it('that is none is said, and nothing is printed', async () => {
    for (const [file, text, message] of [
      ['none.json', null, /no such file/],
      ['broken.json', '{', /is no baseline/],
      ['other.json', '{"version":2}', /is no baseline/],
    ] as const) {
      if (text !== null) writeFileSync(path.join(dir, file), text);
      const { code, out, err } = await check('a.py', '--baseline', file);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, message);
    }
    assert.equal((await check('a.py', '--baseline', 'sub', '--write-baseline')).code, 2);
    assert.match((await check('a.py', '--write-baseline')).err, /--write-baseline needs --baseline FILE/);
  });
});

const hasGit = spawnSync('git', ['--version']).status === 0;

describe('--changed-since', { skip: !hasGit && 'git is not installed here' }, () => {
  const dir = made({ 'giver.py': GIVER, 'user.py': USER, 'old.py': LEAK });
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main', ...args], {
      cwd: dir,
      encoding: 'utf8',
    });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'first');

  it('shows findings of changed and new files, and those whose path leads through one', async () => {
    const shown = async (): Promise<string[]> => [
      ...new Set([...(await checkHere(dir, '.', '--changed-since', 'HEAD')).out.matchAll(/^(\S+\.py):/gm)].map(([, name]) => name ?? '')),
    ];
    assert.deepEqual(await shown(), []);
    writeFileSync(path.join(dir, 'new.py'), LEAK);
    assert.deepEqual(await shown(), ['./new.py']);
    writeFileSync(path.join(dir, 'giver.py'), `${GIVER}# changed\n`);
    assert.deepEqual(await shown(), ['./new.py', './user.py']);
  });

  it('asks git in a way in which the repository cannot make it run programs', async () => {
    writeFileSync(path.join(dir, 'evil.sh'), '#!/bin/sh\ntouch ran\n', { mode: 0o755 });
    git('config', 'core.fsmonitor', './evil.sh');
    git('config', 'diff.external', './evil.sh');
    assert.equal((await checkHere(dir, '.', '--changed-since', 'HEAD')).code, 1);
    assert.throws(() => readFileSync(path.join(dir, 'ran')));
  });

  it('a commit that does not exist, or no repository, is said', async () => {
    assert.match((await checkHere(dir, '.', '--changed-since', 'nonsense')).err, /git knows no commit "nonsense"/);
    assert.match((await checkHere(dir, '.', '--changed-since', '--output=x')).err, /changed-since/);
    const { code, err } = await checkHere(made({ 'a.py': LEAK }), '.', '--changed-since', 'HEAD');
    assert.equal(code, 2);
    assert.match(err, /not a git repository/);
  });
});

describe('--max-warnings', () => {
  const dir = made({ 'a.py': LEAK, 'closewait.json': JSON.stringify({ severity: { 'missing-close': 'warning' } }) });
  it('allows so many warnings, and none of an error', async () => {
    const code = async (n: string): Promise<number | null> => (await checkHere(dir, 'a.py', '--max-warnings', n)).code;
    assert.deepEqual([await code('0'), await code('1'), await code('x'), await code('-1')], [1, 0, 2, 2]);
    writeFileSync(path.join(dir, 'closewait.json'), JSON.stringify({ severity: { 'missing-close': 'information' } }));
    assert.equal(await code('0'), 0);
    writeFileSync(path.join(dir, 'closewait.json'), JSON.stringify({ severity: { 'missing-close': 'error' } }));
    assert.equal(await code('5'), 1);
  });
});

describe('closewait.json', () => {
  const off = JSON.stringify({ severity: { 'missing-close': 'off' } });
  const dir = made({
    '.git/HEAD': '',
    'closewait.json': off,
    'a.py': LEAK,
    'inner/closewait.json': '{}',
    'inner/a.py': LEAK,
    'inner/deep/a.py': LEAK,
    'inner/gen/a.py': LEAK,
  });
  const shown = async (...args: string[]): Promise<string[]> =>
    [...(await checkHere(dir, '.', ...args)).out.matchAll(/^(\S+\.py):\d+:\d+: /gm)].map(([, name]) => name ?? '');

  it('the nearest one wins, in every thread', async () => {
    assert.deepEqual(await shown(), ['./inner/a.py', './inner/deep/a.py', './inner/gen/a.py']);
    assert.equal(closewait(['check', '.', '--jobs', '3'], { cwd: dir }).out, (await checkHere(dir, '.')).out);
    assert.equal((await shown('--no-config')).length, 4);
  });

  it('leaves files out, by their place below it', async () => {
    writeFileSync(path.join(dir, 'inner/closewait.json'), JSON.stringify({ $schema: 'x', exclude: ['/gen/'] }));
    assert.deepEqual(await shown(), ['./inner/a.py', './inner/deep/a.py']);
  });

  it('goes into what --cache keeps', async () => {
    const cached = (): Promise<string[]> => shown('--cache', path.join(dir, 'kept'));
    assert.equal((await cached()).length, 2);
    writeFileSync(path.join(dir, 'inner/closewait.json'), off);
    assert.equal((await cached()).length, 0);
    writeFileSync(path.join(dir, 'inner/closewait.json'), '{}');
    assert.equal((await cached()).length, 3);
  });

  it('changes the kernel that consequences are computed with', async () => {
    const text = async (settings: object): Promise<string> => {
      const at = made({
        'a.py': LEAK.replace(', timeout=5', '').replace('data = s.recv', 's.sendall(b"x")\n    data = s.recv'),
        'closewait.json': JSON.stringify(settings),
      });
      return (await checkHere(at, 'a.py', '--min-certainty', 'certain')).out;
    };
    assert.match(await text({}), /1[56]\b.* min/);
    assert.match(await text({ sysctls: { 'net.ipv4.tcp_retries2': 5 } }), /about 1[2-6](\.\d)?( s\b|–)/);
  });

  it('what is wrong in it is reported, with the exit code, and the rest holds', async () => {
    for (const [text, message] of [
      [{ minCertanty: 'possible' }, /closewait\.json: "minCertanty": there is no such setting; the nearest is "minCertainty"/],
      [{ minCertainty: 'sure' }, /"minCertainty": "sure" is not one of certain, likely, possible/],
      [{ severity: { 'no-such-rule': 'off' } }, /"severity": there is no "no-such-rule"/],
      [{ sysctls: { 'net.ipv4.tcp_retries3': 5 } }, /tcp_retries3/],
      [[1], /must be a JSON object/],
    ] as const) {
      const { code, out, err } = await checkHere(made({ 'a.py': LEAK, 'closewait.json': JSON.stringify(text) }), 'a.py');
      assert.equal(code, 2);
      assert.match(err, message);
      assert.match(out, /missing-close/);
    }
  });

  it('that is a link to something else gives nothing away; a folder or pipe of that name does no harm', async () => {
    const at = made({ 'a.py': LEAK, 'secret/text': 'password: hunter2' });
    symlinkSync('secret/text', path.join(at, 'closewait.json'));
    const { err } = await checkHere(at, 'a.py');
    assert.match(err, /closewait\.json: is a symbolic link, which is not followed/);
    assert.doesNotMatch(err, /password|hunter/);
    rmSync(path.join(at, 'closewait.json'));
    mkdirSync(path.join(at, 'closewait.json'));
    assert.equal((await checkHere(at, 'a.py')).code, 1);
    rmSync(path.join(at, 'closewait.json'), { recursive: true });
    execFileSync('mkfifo', [path.join(at, 'closewait.json')]);
    assert.equal((await checkHere(at, 'a.py')).code, 1);
  });
});
