/** The arguments of `closewait simulate`. */

import { TRACE_FORMATS, type TraceFormat } from '../app/simulation.js';
import { parseCommand, type Command } from './command.js';

const OPTIONS = {
  set: {
    type: 'string',
    multiple: true,
    argument: 'NAME=VALUE',
    help: 'a sysctl (A. or B. in front: one host), an option of our connection, rttMs, kernel, hz, phase, or a parameter of the scenario',
  },
  sysctls: {
    type: 'string',
    argument: 'FILE',
    completes: 'file',
    help: 'settings of both hosts, as sysctl -a prints them; --set goes over them',
  },
  format: {
    type: 'string',
    argument: 'FORMAT',
    choices: TRACE_FORMATS,
    default: 'text',
    help: 'text (default), json, mermaid, pcapng or ss',
  },
  at: { type: 'string', argument: 'SECONDS', help: 'the moment that --format ss shows (default: the end)' },
  output: { type: 'string', argument: 'FILE', completes: 'file', help: 'writes there instead of standard output' },
  experiment: { type: 'string', argument: 'FILE', completes: 'file', help: 'an experiment instead of a scenario' },
  packetdrill: { type: 'string', argument: 'FILE', completes: 'file', help: 'a packetdrill script: the model is the host under test' },
  'experiment-out': { type: 'string', argument: 'FILE', completes: 'file', help: 'writes the experiment that was run' },
  list: { type: 'boolean', help: 'the scenarios with their parameters, as text or json' },
} as const;

export const SIMULATE: Command & { options: typeof OPTIONS } = {
  name: 'simulate',
  takes: 'SCENARIO|FILE',
  summary: 'how a connection fails, second by second',
  about: 'runs a failing connection in a model of the Linux kernel, second by second.',
  usage: [
    'simulate SCENARIO [--set NAME=VALUE]…',
    "simulate FILE                          lists the file's connections",
    'simulate FILE:LINE [SCENARIO] [--set NAME=VALUE]…',
    'simulate --experiment FILE.json [--set NAME=VALUE]…',
    'simulate --packetdrill FILE.pkt [--format json]',
    'simulate --list [--format json]',
  ],
  arguments: [
    [
      'SCENARIO',
      'one of --list; with FILE:LINE the connection that is opened on that line goes through it (default: what its finding leads to)',
    ],
  ],
  completes: ['scenario', 'file'],
  options: OPTIONS,
  exitCodes: [
    [0, 'it ran; with --packetdrill: the model does what the script expects'],
    [1, 'with --packetdrill: the model does something else'],
    [2, 'wrong usage, a wrong experiment or script, a file that cannot be read, or no connection on that line'],
  ],
  examples: [
    'closewait simulate peer-reboots --set TCP_KEEPIDLE=60',
    'closewait simulate app.py',
    'closewait simulate app.py:12 --format pcapng --output failing.pcapng',
  ],
};

export interface SimulateArguments {
  positionals: string[];
  experiment: string | null;
  packetdrill: string | null;
  sets: string[];
  format: TraceFormat;
  at: number | null;
  output: string | null;
  experimentOut: string | null;
  sysctls: string | null;
  list: boolean;
}

/** @returns the arguments, or what is wrong with them */
export function parseSimulateArguments(argv: string[]): SimulateArguments | string {
  const parsed = parseCommand(SIMULATE, argv);
  if (typeof parsed === 'string') return parsed;
  const { values, positionals } = parsed;
  const { format, list } = values;
  const at = values.at === undefined ? null : Number(values.at);
  const things = positionals.length + (values.experiment === undefined ? 0 : 1) + (values.packetdrill === undefined ? 0 : 1);
  if (at !== null && (format !== 'ss' || values.at === '' || !Number.isFinite(at) || at < 0))
    return '--at SECONDS goes with --format ss and is a number of at least 0';
  if (list ? things > 0 : things === 0)
    return list ? '--list takes no scenario and no file' : 'what to simulate? A scenario, FILE:LINE, or --experiment FILE.json';
  if (values.experiment !== undefined && positionals.length > 0) return '--experiment takes the place of a scenario';
  if (values.packetdrill !== undefined) {
    if (things > 1) return '--packetdrill takes the place of a scenario or an experiment';
    if (values.set.length > 0 || values.sysctls !== undefined)
      return 'a packetdrill script sets its own sysctls: neither --set nor --sysctls goes with it';
    if (format !== 'text' && format !== 'json') return '--packetdrill can be text or json';
  }
  if (list && format !== 'text' && format !== 'json') return '--list can be text or json';
  return {
    positionals,
    format,
    at,
    list,
    sets: values.set,
    experiment: values.experiment ?? null,
    packetdrill: values.packetdrill ?? null,
    output: values.output ?? null,
    experimentOut: values['experiment-out'] ?? null,
    sysctls: values.sysctls ?? null,
  };
}
