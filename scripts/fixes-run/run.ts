/**
 * Runs every fix that is offered on every fixture: the program as it is and the edited one against the same peers, in the language's own
 * runtime.
 * Prints a table per idiom, what could not be run with its reason, and what broke; exit 1 when something did, or when an idiom of the
 * closed list of safe ones (src/app/safe-idioms.ts) was not seen to work in any run.
 *
 *     npm run fixes:run [-- --only python|go|c|cpp|java|rust|javascript|typescript] [--file PART] [--function NAME] [--verbose]
 *     npm run fixes:run -- --programs FOLDER    own programs, in folders of these names
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { CheckedFinding } from '../../src/app/check.js';
import { applyEdits } from '../../src/app/edits.js';
import { languageOfFile } from '../../src/app/languages.js';
import { checkText, ROOT } from '../../test/app/analyser.js';
import { prepareC } from './c.js';
import { prepareCpp } from './cpp.js';
import { execute, PATIENCE, PORT, type Outcome, type Prepared, type Runnable, type Situation } from './execute.js';
import { prepareGo } from './go.js';
import { prepareJava } from './java.js';
import { around, prepareNode } from './node.js';
import { judge, type Verdict } from './judge.js';
import type { Manner, Side } from './peers.js';
import { preparePython } from './python.js';
import { prepareRust } from './rust.js';
import { Table } from './table.js';

const { values } = parseArgs({
  options: {
    programs: { type: 'string' },
    only: { type: 'string' },
    file: { type: 'string' },
    function: { type: 'string' },
    verbose: { type: 'boolean' },
  },
});
const FIXTURES = path.resolve(values.programs ?? path.join(ROOT, 'test/fixtures'));
const PREPARE: Record<string, (text: string, name: string, fn: string, dir: string) => Prepared> = {
  python: preparePython,
  go: prepareGo,
  c: prepareC,
  cpp: prepareCpp,
  java: prepareJava,
  rust: prepareRust,
  javascript: prepareNode,
  typescript: prepareNode,
};
/** A runtime with events waits for what never comes in other ways, too. */
const EVENTFUL: readonly Manner[] = ['silent', 'fails'];
const MANNERS: readonly Manner[] = ['answers', 'closes', 'resets', 'refuses'];

class Bench {
  private readonly dir = mkdtempSync(path.join(tmpdir(), 'closewait-fixes-run-'));
  private readonly prepared = new Map<string, Prepared>();
  private readonly outcomes = new Map<string, Outcome>();

  constructor(
    readonly language: string,
    private readonly name: string,
    private readonly ports: readonly number[],
  ) {}

  prepare(text: string, fn: string): Prepared {
    const key = `${fn}\n${text}`;
    const known = this.prepared.get(key);
    if (known) return known;
    const dir = path.join(this.dir, String(this.prepared.size));
    mkdirSync(dir);
    const made = PREPARE[this.language]?.(text, this.name, fn, dir) ?? { reason: 'no driver for this language' };
    this.prepared.set(key, made);
    return made;
  }

  async run(program: Runnable, fn: string, situation: Situation, again: boolean): Promise<Outcome> {
    const key = `${program.cwd} ${fn} ${JSON.stringify(situation)}`;
    const known = this.outcomes.get(key);
    if (known && !again) return known;
    const outcome = await execute(program, situation, this.ports, again ? 4 * PATIENCE : PATIENCE);
    this.outcomes.set(key, outcome);
    return outcome;
  }

  dispose(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Ports that a program can mean: the one in its arguments, and every number of its text that could be one. */
function portsIn(text: string): number[] {
  const named = [...text.matchAll(/(?<![\w.])(\d{2,5})(?![\w.])/g)]
    .map((match) => Number(match[1]))
    .filter((port) => port > 10 && port < 65_536);
  // Those that a URL means that names none.
  return [...new Set([PORT, ...named, ...(/\bhttps?\b/.test(text) ? [80, 443] : [])])];
}

/** A fix that changes what happens after a read or a time does what its title says. */
const INTENDED = /empty|reports|EOFError|end of the stream|limit|Limit|Give up/;

async function tryFix(
  bench: Bench,
  text: string,
  edited: string,
  finding: CheckedFinding,
  role: string,
  title: string,
): Promise<Verdict[] | string> {
  const eventful = PREPARE[bench.language] === prepareNode;
  const fn = eventful ? around(text, finding.range.startLine) : finding.function;
  const [original, changed] = [bench.prepare(text, fn), bench.prepare(edited, fn)];
  if ('reason' in original) return original.reason;
  if ('reason' in changed) return /KeepAliveConfig/.test(changed.reason) ? 'needs a newer Go' : [{ kind: 'broken', why: changed.reason }];
  const side: Side = role === 'client' ? 'client' : 'server';
  const verdicts: Verdict[] = [];
  for (const manner of eventful ? [...MANNERS, ...EVENTFUL] : MANNERS) {
    if (side === 'server' && manner === 'refuses') continue;
    for (const flag of [false, true]) {
      const situation: Situation = { side, manner, flag };
      if (flag && !(await bench.run(original, fn, { ...situation, flag: false }, false)).flagged) continue;
      const verdict = await settled(bench, original, changed, fn, situation, INTENDED.test(title));
      if (typeof verdict === 'string') return verdict;
      verdicts.push({ ...verdict, why: `${manner}${flag ? ', flags set' : ''}: ${verdict.why}` });
      if (verdict.kind === 'broken') return verdicts;
    }
  }
  return verdicts;
}

/** What differs once may be chance: only what differs three times is said to break. */
async function settled(
  bench: Bench,
  original: Runnable,
  changed: Runnable,
  fn: string,
  situation: Situation,
  intended: boolean,
): Promise<Verdict | string> {
  let verdict: Verdict = { kind: 'same', why: '' };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const before = await bench.run(original, fn, situation, attempt > 0);
    if (before.end === 'not callable' && situation.manner === 'answers') return before.said;
    const after = await bench.run(changed, fn, situation, attempt > 0);
    if (values.verbose)
      console.error(new Date().toISOString().slice(17), '     ', JSON.stringify(situation), JSON.stringify(before), JSON.stringify(after));
    verdict = judge(before, after, intended, situation.side === 'client' && situation.manner === 'answers');
    if (verdict.kind !== 'broken') return verdict;
  }
  return verdict;
}

async function runFile(language: string, name: string, table: Table): Promise<void> {
  const text = readFileSync(path.join(FIXTURES, language, name), 'utf8');
  const file = checkText(text, language, { minCertainty: 'possible', fixes: true });
  const bench = new Bench(language, name, portsIn(text));
  try {
    for (const finding of file.findings) {
      if (values.function && finding.function !== values.function) continue;
      const role = file.connections[finding.connection]?.role ?? 'client';
      for (const fix of finding.fixes) {
        const edited = applyEdits(text, fix.edits);
        const verdict = edited === null ? 'does not apply' : await tryFix(bench, text, edited, finding, role, fix.title);
        table.add(language, `${name}:${finding.range.startLine}`, finding.rule, fix, verdict);
      }
    }
  } finally {
    bench.dispose();
  }
}

async function main(): Promise<void> {
  const table = new Table(values.programs === undefined && values.file === undefined && values.function === undefined, values.only);
  for (const language of Object.keys(PREPARE)) {
    if (values.only && values.only !== language) continue;
    if (!existsSync(path.join(FIXTURES, language))) continue;
    for (const name of readdirSync(path.join(FIXTURES, language)).sort()) {
      if (languageOfFile(name) === null || (values.file && !name.includes(values.file))) continue;
      await runFile(language, name, table);
    }
  }
  process.stdout.write(table.text());
  process.exitCode = table.failed() ? 1 : 0;
}

/** The runs have a network of their own: any port is free, and nothing leaves the machine. */
if (process.env['CLOSEWAIT_OWN_NETWORK'] === '1') await main();
else {
  const command = `ip link set lo up && exec "${process.execPath}" --import tsx "${import.meta.filename}" "$@"`;
  const inside = spawnSync('unshare', ['--net', '--map-root-user', 'sh', '-c', command, 'fixes-run', ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, CLOSEWAIT_OWN_NETWORK: '1' },
  });
  if (inside.error) console.error(`fixes-run: unshare and ip are needed (${inside.error.message})`);
  process.exitCode = inside.status ?? 2;
}
