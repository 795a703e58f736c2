/** `closewait`: the command line. JSON goes alone to standard output, everything else to standard error. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CHECK_USAGE, runCheck } from './check.js';
import { EXPLAIN_USAGE, runExplain } from './explain.js';
import type { Io } from './io.js';
import { runSimulate, SIMULATE_USAGE } from './simulate.js';
import { DEFAULT_MACHINE } from '../app/machine.js';

const COMMANDS: Record<string, (argv: string[], io: Io) => Promise<number>> = { check: runCheck, simulate: runSimulate, explain: runExplain };

const USAGE = `closewait finds socket connections that leak or hang, and simulates how they fail.

${CHECK_USAGE}
${SIMULATE_USAGE}
${EXPLAIN_USAGE}
       closewait --version | --help
`;

async function main(argv: string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version') {
    io.out(`${io.version}\n`);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || rest.includes('--help')) {
    (name === undefined ? io.err : io.out)(USAGE);
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS[name];
  if (!command) {
    io.err(`closewait: unknown command "${name}"\n${USAGE}`);
    return 2;
  }
  return command(rest, io);
}

const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  version: (JSON.parse(readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }).version,
  machine: DEFAULT_MACHINE,
};
// A reader that closes early (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
// The exit code is set, not forced: a forced exit would cut what a pipe has not read yet.
main(process.argv.slice(2), io).then(
  (code) => { process.exitCode = code; },
  (error: unknown) => {
    process.stderr.write(`closewait: internal error: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
