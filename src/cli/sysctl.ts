/** `closewait sysctl`: the kernel settings that the model reads, with this machine's values. */

import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { kernelSettings, readMachine } from '../app/machine.js';
import { plainLines } from '../output/plain-text.js';
import { parseCommand, usageText, type Command } from './command.js';
import type { Io } from './io.js';

const OPTIONS = {
  format: {
    type: 'string',
    argument: 'FORMAT',
    choices: ['text', 'json'],
    default: 'text',
    help: 'text (default), or json: this machine as settings for closewait.json',
  },
} as const;

export const SYSCTL: Command & { options: typeof OPTIONS } = {
  name: 'sysctl',
  takes: '',
  summary: "the kernel settings that the model reads, and this machine's values",
  about: "the kernel settings that the model reads: default, this machine's value where it differs, meaning.",
  usage: ['sysctl [--format text|json]'],
  arguments: [],
  options: OPTIONS,
  exitCodes: [
    [0, 'they were printed'],
    [2, 'wrong usage'],
  ],
  examples: ['closewait sysctl', 'closewait sysctl --format json > closewait.json'],
};

/** @returns the exit code */
export async function runSysctl(argv: string[], io: Io): Promise<number> {
  const parsed = parseCommand(SYSCTL, argv);
  const wrong = typeof parsed === 'string' ? parsed : parsed.positionals.length > 0 ? 'takes no argument' : null;
  if (typeof parsed === 'string' || wrong !== null) {
    io.err(`closewait sysctl: ${plainLines(wrong ?? '')}\n${usageText(SYSCTL)}\n`);
    return 2;
  }
  const machine = await readMachine(textOf);
  if (machine.release === null) io.err('closewait sysctl: this machine shows no Linux kernel settings: these are the defaults\n');
  else if (!machine.hzKnown) io.err(`closewait sysctl: the clock rate cannot be read here: ${machine.hz} is assumed\n`);
  if (parsed.values.format === 'json') {
    io.out(`${JSON.stringify({ 'kernel.version': machine.kernel, 'kernel.hz': machine.hz, sysctls: machine.sysctls }, null, 2)}\n`);
    return 0;
  }
  io.out(`kernel ${machine.release ?? machine.kernel}, as the model's ${machine.kernel}; HZ ${machine.hz}\n`);
  for (const { name, value, unit, about } of kernelSettings(machine.kernel)) {
    const here = machine.sysctls[name];
    io.out(`${name} = ${here ?? value}${here === undefined ? '' : ` (default ${value})`}\n    ${unit === '' ? '' : `${unit}: `}${about}\n`);
  }
  return 0;
}

async function textOf(path: string): Promise<string | null> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes).toString('utf8');
  } catch {
    return null;
  }
}
