/** `closewait simulate`: an experiment, a scenario, or a connection of the user's code, run in the model. */

import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  experimentJson, renderTrace, runExperimentText, runScenario, scenarioList, scenarioOf, settingsFromText, TRACE_FORMATS, type Run, type TraceFormat,
} from '../app/simulation.js';
import type { FoundConnection } from './connections.js';
import type { Io } from './io.js';

export const SIMULATE_USAGE = `usage: closewait simulate SCENARIO [--set NAME=VALUE]…
       closewait simulate FILE:LINE [SCENARIO] [--set NAME=VALUE]…
       closewait simulate --experiment FILE.json [--set NAME=VALUE]…
       closewait simulate --list [--format json]
       --format text|json|mermaid|pcapng|ss   ss: --at SECONDS
       --output FILE, --experiment-out FILE
       --sysctls FILE   settings of both hosts, as sysctl -a prints them; --set goes over them
       NAME: a sysctl (A. or B. in front: one host), an option of our connection, rttMs, kernel, hz, phase, a scenario's own parameter`;

/** The default scenario of a connection without a finding. */
const USUAL_SCENARIO = 'peer-closes-we-do-not';

export type ConnectionsOf = (path: string, io: Io) => Promise<FoundConnection[] | string>;

/** The analyser is loaded only when a source file is named. */
const connectionsOfFile: ConnectionsOf = async (path, io) => (await import('./connections.js')).connectionsOf(path, io);

interface Arguments {
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

/**
 * @param argv what follows `simulate`
 * @returns the exit code: 0 it ran, 2 wrong usage or a wrong experiment
 */
export async function runSimulate(argv: string[], io: Io, connectionsOf: ConnectionsOf = connectionsOfFile): Promise<number> {
  const fail = (lines: readonly string[], usage = false): number => {
    io.err(`${lines.map((l) => `closewait simulate: ${l}\n`).join('')}${usage ? `${SIMULATE_USAGE}\n` : ''}`);
    return 2;
  };
  const args = parseSimulateArguments(argv);
  if (typeof args === 'string') return fail([args], true);
  if (args.list) return list(args, io);
  const run = await runOf(args, io, connectionsOf);
  if (Array.isArray(run)) return fail(run);
  if (run.trace.summary.capped) io.err(`closewait simulate: ended early, after ${run.trace.summary.events} events\n`);
  try {
    if (args.experimentOut !== null) await writeFile(args.experimentOut, experimentJson(run.experiment));
    const result = renderTrace(run, args.format, args.at);
    if (args.output === null) io.out(result);
    else await writeFile(args.output, result);
  } catch (error) {
    return fail([(error as Error).message]);
  }
  return 0;
}

const OPTIONS = {
  experiment: { type: 'string' }, set: { type: 'string', multiple: true }, format: { type: 'string', default: 'text' }, at: { type: 'string' },
  output: { type: 'string' }, 'experiment-out': { type: 'string' }, sysctls: { type: 'string' }, list: { type: 'boolean', default: false },
} as const;

/** @returns the arguments, or what is wrong with them */
function parseSimulateArguments(argv: string[]): Arguments | string {
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

function list(args: Arguments, io: Io): number {
  const scenarios = scenarioList();
  if (args.format === 'json') io.out(`${JSON.stringify(scenarios, null, 2)}\n`);
  else {
    for (const s of scenarios) {
      io.out(`${s.id}\n    ${s.title}. ${s.question}\n`);
      for (const p of s.parameters) io.out(`    --set ${p.name}=${String(p.default)}${p.unit === '' ? '' : ` ${p.unit}`}: ${p.title}\n`);
    }
  }
  return 0;
}

/** The text of a file, or (in a list) why it cannot be read. */
async function textOf(file: string): Promise<string | [string]> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    return [(error as Error).message];
  }
}

/** The run that the arguments ask for, or what is wrong. */
async function runOf(args: Arguments, io: Io, connectionsOf: ConnectionsOf): Promise<Run | string[]> {
  if (args.sysctls !== null) {
    const text = await textOf(args.sysctls);
    if (typeof text !== 'string') return text;
    const { sets, summary } = settingsFromText(text);
    io.err(`closewait simulate: ${args.sysctls}: ${summary}\n`);
    args.sets.unshift(...sets);
  }
  if (args.experiment !== null) {
    const text = await textOf(args.experiment);
    if (typeof text !== 'string') return text;
    const run = runExperimentText(text, args.sets, args.format === 'text' || args.format === 'json');
    return Array.isArray(run) ? run.map((problem) => `${args.experiment}: ${problem}`) : run;
  }
  const [first = '', second, ...rest] = args.positionals;
  const place = /^(.+):(\d+)$/.exec(first);
  if (rest.length > 0 || (second !== undefined && !place)) return ['too many arguments'];
  if (!place) return runById(first, null, args, io);
  return runPlace(place[1] ?? '', Number(place[2]), second, args, io, connectionsOf);
}

function runById(id: string, connection: FoundConnection | null, args: Arguments, io: Io): Run | string[] {
  const scenario = scenarioOf(id);
  return typeof scenario === 'string' ? [scenario] : runScenario(scenario, connection?.profile ?? null, io.machine, args.sets);
}

async function runPlace(path: string, line: number, scenario: string | undefined, args: Arguments, io: Io, connectionsOf: ConnectionsOf): Promise<Run | string[]> {
  const connections = await connectionsOf(path, io);
  if (typeof connections === 'string') return [connections];
  const here = connections.find((c) => c.startLine === line) ?? connections.find((c) => c.startLine <= line && line <= c.endLine);
  if (here) return runById(scenario ?? here.scenario ?? USUAL_SCENARIO, here, args, io);
  const lines = [...new Set(connections.map((c) => c.startLine))].sort((a, b) => Math.abs(a - line) - Math.abs(b - line)).slice(0, 3).sort((a, b) => a - b);
  return [`${path}:${line}: no connection is opened here; ${lines.length === 0 ? 'the file opens none' : `the nearest lines that open one: ${lines.join(', ')}`}`];
}
