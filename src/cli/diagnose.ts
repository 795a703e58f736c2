/** `closewait diagnose`: from what a machine shows of connections back to the line that opened them. */

import fs from 'node:fs';
import { machineOfText, readMachine } from '../app/machine.js';
import type { Machine } from '../app/check.js';
import { diagnose } from '../diagnosis/diagnose.js';
import { readMachineSockets, withProcesses } from '../diagnosis/machine.js';
import { MOST_TEXT, readBytes } from '../diagnosis/read.js';
import { diagnosisText } from '../diagnosis/report.js';
import { resultOf } from '../diagnosis/result.js';
import type { Reading } from '../diagnosis/symptom.js';
import { unpacked } from '../diagnosis/unpacked.js';
import { momentIn, momentOf, spanText } from '../diagnosis/moments.js';
import { plain, plainLines } from '../output/plain-text.js';
import { usageText } from './command.js';
import { DIAGNOSE, parseDiagnoseArguments, type DiagnoseArguments } from './diagnose-arguments.js';
import { programOf } from './diagnose-program.js';
import { procAccess } from './diagnose-proc.js';
import { causeOf } from './errors.js';
import type { Io } from './io.js';

/** A capture may be larger than a text; what stands behind is not read. */
const MOST_CAPTURE = 256 * 1024 * 1024;

interface Given {
  readings: Reading[];
  /** Unix seconds of the last look. */
  at: number | null;
}

/**
 * @param argv what follows `diagnose`
 * @returns the exit code: 0 something was recognised, 2 wrong usage, an unreadable file, or nothing was recognised
 */
export async function runDiagnose(argv: string[], io: Io): Promise<number> {
  const args = parseDiagnoseArguments(argv);
  if (typeof args === 'string') return wrong(args, io);
  const fromInput = args.from.length === 0 && args.pcap.length === 0 && !args.proc;
  if (fromInput && process.stdin.isTTY) return wrong('nothing to diagnose: give --from FILE, --proc or --pcap FILE, or pipe a text in', io);
  const at = args.at === null ? null : momentOf(args.at, Date.now());
  if (args.at !== null && at === null) return wrong(`--at ${plain(args.at)}: a time such as 2026-03-01T14:20:00 or 14:20:00`, io);
  let failed = false;
  const complain = (shown: string, error: unknown): void => {
    failed = true;
    io.err(`closewait: ${plain(shown, Infinity)}: ${causeOf(error)}\n`);
  };
  const given = await givenBy(fromInput ? { ...args, from: ['-'] } : args, complain);
  const program = await programOf(args.paths, io, { readings: given.readings, within: args.within, complain });
  const machine = await machineOf(args, program.machine, complain);
  const diagnosis = diagnose(given.readings, program, { machine, at: at ?? given.at, clock: spanText });
  const result = resultOf({ ...diagnosis, notes: [...diagnosis.notes, ...program.notes] });
  io.out(args.format === 'json' ? `${JSON.stringify(result)}\n` : diagnosisText(result));
  const found = result.groups.length + result.errors.length + result.stacks.length + result.flows.length;
  return failed || found === 0 ? 2 : 0;
}

function wrong(message: string, io: Io): number {
  io.err(`closewait diagnose: ${plainLines(message)}\n${usageText(DIAGNOSE)}\n`);
  return 2;
}

type Complain = (shown: string, error: unknown) => void;

/** The settings of the machine that the symptom is of. */
async function machineOf(args: DiagnoseArguments, assumed: Machine, complain: Complain): Promise<Machine> {
  if (args.sysctls !== null) {
    try {
      return machineOfText(fs.readFileSync(args.sysctls, 'utf8'));
    } catch (error) {
      complain(args.sysctls, error);
    }
  } else if (args.proc) {
    const { kernel, hz, sysctls } = await readMachine(procAccess.read);
    return { ...assumed, kernel, hz, sysctls: { A: sysctls, B: {} } };
  }
  return assumed;
}

async function givenBy(args: DiagnoseArguments, complain: Complain): Promise<Given> {
  const given: Given = { readings: [], at: null };
  for (const file of args.from) await readOne(file, MOST_TEXT, given, complain, args.proc);
  if (args.proc) {
    given.readings.push(await readMachineSockets(procAccess));
    given.at = Date.now() / 1000;
  }
  for (const file of args.pcap) await readOne(file, MOST_CAPTURE, given, complain, false);
  return given;
}

async function readOne(file: string, most: number, given: Given, complain: Complain, here: boolean): Promise<void> {
  try {
    const isInput = file === '-';
    const bytes = await unpacked(beginningOf(file, most), most, () => new DecompressionStream('gzip'));
    const reading = readBytes(bytes);
    if (bytes.length === most) reading.notes.push(`${isInput ? 'standard input' : file} is very long: only its beginning was read`);
    // A table that is piped in is this machine's, as a rule: names are compared before a process is believed.
    given.readings.push(here || isInput ? await withProcesses(reading, procAccess) : reading);
    const times = momentIn(bytes);
    given.at = Math.max(given.at ?? 0, times ?? (isInput ? Date.now() / 1000 : fs.statSync(file).mtimeMs / 1000));
  } catch (error) {
    complain(file === '-' ? 'standard input' : file, error);
  }
}

/** The first bytes of a file or of standard input, in pieces: a pipe may give little at a time. */
function beginningOf(file: string, most: number): Uint8Array {
  const fd = file === '-' ? 0 : fs.openSync(file, 'r');
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < most) {
      const piece = Buffer.alloc(Math.min(1 << 20, most - length));
      const n = readSome(fd, piece);
      if (n === 0) break;
      pieces.push(piece.subarray(0, n));
      length += n;
    }
  } finally {
    if (fd !== 0) fs.closeSync(fd);
  }
  return Buffer.concat(pieces);
}

function readSome(fd: number, into: Uint8Array): number {
  for (;;) {
    try {
      return fs.readSync(fd, into);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
