/** With `--cache` the findings are the ones of a run without, whatever was changed meanwhile. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { closewait, folderWith } from './run.js';

const OPENS = 'import socket\n\ndef connect(host):\n    return socket.create_connection((host, 80), timeout=5)\n';
const WRAPS = 'from pkg.net import connect\n\ndef reach(host):\n    return connect(host)\n';
const LOSES =
  'from pkg.wrap import reach\n\ndef ask(host):\n    s = reach(host)\n    s.sendall(b"x")\n    if not ' +
  's.recv(5):\n        return None\n    s.close()\n    return 1\n';

const withoutTimes = (out: string): string => out.replace(/"(parseMs|analyseMs)": [\d.e+-]+/g, '');

describe('closewait check --cache', () => {
  const cache = folderWith({});
  const dir = folderWith({
    'pkg/net.py': OPENS,
    'pkg/wrap.py': WRAPS,
    'main.py': LOSES,
    'other.py': LOSES,
    'plain.py': 'x = 1\n',
    'binary.py': Buffer.from([0, 1, 2]),
  });
  after(() => {
    for (const folder of [cache, dir]) rmSync(folder, { recursive: true, force: true });
  });
  const write = (name: string, text: string): void => writeFileSync(path.join(dir, name), text);
  const run = (...args: string[]): string => {
    const { code, out, err } = closewait(['check', '.', '--format', 'json', ...args], { cwd: dir });
    return withoutTimes(`${code}\n${err}\n${out}`);
  };
  const agrees = (what: string): void => assert.equal(run('--cache', cache), run(), what);

  it('says the same cold, warm and after every change', () => {
    agrees('cold');
    agrees('warm');
    write('main.py', LOSES.replace('return None', 's.close()\n        return None'));
    agrees('mended in its own body');
    write('pkg/wrap.py', WRAPS.replace('return connect(host)', 's = connect(host)\n    s.close()'));
    agrees('what it uses closes itself');
    write('pkg/wrap.py', WRAPS);
    agrees('and back');
    write('late.py', 'from pkg.later import open_it\n\ndef f():\n    c = open_it("a")\n    c.sendall(b"x")\n');
    agrees('a name that nobody declares');
    write('pkg/later.py', OPENS.replace('def connect', 'def open_it'));
    agrees('now somebody does');
    rmSync(path.join(dir, 'pkg/net.py'));
    agrees('a file is gone');
    write('pkg/net.py', OPENS);
    agrees('and is back');
  });

  it('knows files by what they hold, not by when they were written', () => {
    const before = run('--cache', cache);
    write('plain.py', 'x = 1\n');
    assert.equal(run('--cache', cache), before);
  });

  it('starts anew when what it kept is broken or of another program', () => {
    const [file] = readdirSync(cache);
    writeFileSync(path.join(cache, file ?? ''), '{"key":');
    agrees('broken');
    assert.ok(statSync(path.join(cache, file ?? '')).size > 100);
    assert.equal(run('--cache', cache, '--min-certainty', 'possible'), run('--min-certainty', 'possible'), 'other options');
  });

  it('says when it cannot keep anything, and loses no finding', () => {
    const { code, out, err } = closewait(['check', 'main.py', 'pkg', 'other.py', '--cache', 'main.py'], { cwd: dir });
    assert.equal(code, 2);
    assert.match(err, /^closewait: --cache main\.py: /);
    assert.match(out, /^other\.py:4:9: \w+ missing-close/m);
  });
});
