/** `closewait`: the command line. JSON goes alone to standard output, everything else to standard error. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { runCheck } from './check.js';
import { runCompletions } from './completions.js';
import { runDiagnose } from './diagnose.js';
import { causeOf } from './errors.js';
import { runExplain } from './explain.js';
import { helpOf } from './help.js';
import type { Io } from './io.js';
import { serveShare } from './share.js';
import { runMcp } from './mcp.js';
import { runRules } from './rules.js';
import { runSimulate } from './simulate.js';
import { runSysctl } from './sysctl.js';
import { DEFAULT_MACHINE } from '../app/machine.js';
import { plain } from '../output/plain-text.js';

const COMMANDS: Record<string, (argv: string[], io: Io) => Promise<number>> = {
  check: runCheck,
  simulate: runSimulate,
  explain: runExplain,
  rules: runRules,
  sysctl: runSysctl,
  mcp: runMcp,
  completions: runCompletions,
  diagnose: runDiagnose,
};

async function main(argv: string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version') {
    io.out(`${io.version}\n`);
    return 0;
  }
  if (name === undefined) {
    io.err(helpOf(null));
    return 2;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(helpOf(rest[0] ?? null));
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    io.err(`closewait: unknown command "${plain(name)}"\n${helpOf(null)}`);
    return 2;
  }
  if (rest.some((arg) => arg === '--help' || arg === '-h')) {
    io.out(helpOf(name));
    return 0;
  }
  return command(rest, io);
}

function start(): void {
  const io: Io = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    version: (JSON.parse(readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }).version,
    machine: DEFAULT_MACHINE,
    program: path.join(import.meta.dirname, 'cli.js'),
    // Conventions: no-color.org, and terminals that can do nothing.
    terminal: process.stdout.isTTY ? { colour: !process.env.NO_COLOR && process.env.TERM !== 'dumb' } : null,
    progress: process.stderr.isTTY && process.env.TERM !== 'dumb',
  };
  // A reader that closes early (`| head`) is no error of ours; a full disk is one, and must not look like findings.
  let isLost = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isLost || error.code === 'EPIPE') return;
    isLost = true;
    process.exitCode = 2;
    io.err(`closewait: standard output: ${causeOf(error)}\n`);
  });
  process.stderr.on('error', () => undefined);
  // The exit code is set, not forced: a forced exit would cut what a pipe has not read yet.
  main(process.argv.slice(2), io).then(
    (code) => {
      process.exitCode = isLost ? 2 : code;
    },
    (error: unknown) => {
      process.stderr.write(`closewait: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 2;
    },
  );
}

if (isMainThread) start();
else void serveShare();
