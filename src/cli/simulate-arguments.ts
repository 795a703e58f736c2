/** The arguments of `closewait simulate`. */

import { parseArgs } from 'node:util';
import { TRACE_FORMATS, type TraceFormat } from '../app/simulation.js';

export const SIMULATE_USAGE = `usage: closewait simulate SCENARIO [--set NAME=VALUE]…
       closewait simulate FILE                          lists the file's connections
       closewait simulate FILE:LINE [SCENARIO] [--set NAME=VALUE]…
       closewait simulate --experiment FILE.json [--set NAME=VALUE]…
       closewait simulate --list [--format json]`;

export const SIMULATE_HELP = `closewait simulate: runs a failing connection in a model of the Linux kernel, second by second.

${SIMULATE_USAGE}

  SCENARIO               one of --list; with FILE:LINE the connection that is opened on that line goes through it
                         (default: what its finding leads to)
  --set NAME=VALUE       a sysctl (A. or B. in front: one host), an option of our connection, rttMs, kernel, hz, phase, or a
                         parameter of the scenario
  --sysctls FILE         settings of both hosts, as sysctl -a prints them; --set goes over them
  --format FORMAT        text (default), json, mermaid, pcapng or ss; ss takes --at SECONDS
  --output FILE          writes there instead of standard output
  --experiment FILE      an experiment instead of a scenario; --experiment-out FILE writes the one that was run

exit codes: 0  it ran
            2  wrong usage, a wrong experiment, a file that cannot be read, or no connection on that line

examples: closewait simulate peer-reboots --set TCP_KEEPIDLE=60
          closewait simulate app.py
          closewait simulate app.py:12 --format pcapng --output failing.pcapng
`;

export interface SimulateArguments {
  positionals: string[];
  experiment: string | null;
  sets: string[];
  format: TraceFormat;
  at: number | null;
  output: string | null;
  experimentOut: string | null;
  sysctls: string | null;
  list: boolean;
}

const OPTIONS = {
  experiment: { type: 'string' }, set: { type: 'string', multiple: true }, format: { type: 'string', default: 'text' }, at: { type: 'string' },
  output: { type: 'string' }, 'experiment-out': { type: 'string' }, sysctls: { type: 'string' }, list: { type: 'boolean', default: false },
} as const;

/** @returns the arguments, or what is wrong with them */
export function parseSimulateArguments(argv: string[]): SimulateArguments | string {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    return (error as Error).message;
  }
  const { values, positionals } = parsed;
  const format = TRACE_FORMATS.find((f) => f === values.format);
  const at = values.at === undefined ? null : Number(values.at);
  const things = positionals.length + (values.experiment === undefined ? 0 : 1);
  if (format === undefined) return `unknown format "${values.format}": ${TRACE_FORMATS.join(', ')}`;
  if (at !== null && (format !== 'ss' || values.at === '' || !Number.isFinite(at) || at < 0)) return '--at SECONDS goes with --format ss and is a number of at least 0';
  if (values.list ? things > 0 : things === 0) return values.list ? '--list takes no scenario and no file' : 'what to simulate? A scenario, FILE:LINE, or --experiment FILE.json';
  if (values.experiment !== undefined && positionals.length > 0) return '--experiment takes the place of a scenario';
  if (values.list && format !== 'text' && format !== 'json') return '--list can be text or json';
  return {
    positionals, format, at, list: values.list, sets: [...(values.set ?? [])],
    experiment: values.experiment ?? null, output: values.output ?? null, experimentOut: values['experiment-out'] ?? null, sysctls: values.sysctls ?? null,
  };
}
