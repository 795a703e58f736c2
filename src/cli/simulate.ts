/** `closewait simulate`: an experiment, a scenario, or a connection of the user's code, run in the model. */

import { existsSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import {
  experimentJson,
  playedText,
  playScript,
  renderTrace,
  runExperimentText,
  runScenario,
  scenarioList,
  scenarioOf,
  settingsFromText,
  type ConnectionProfile,
  type Run,
} from '../app/simulation.js';
import type { FoundConnection } from './connections.js';
import { causeOf } from './errors.js';
import type { Io } from './io.js';
import { usageText } from './command.js';
import { parseSimulateArguments, SIMULATE, type SimulateArguments } from './simulate-arguments.js';
import { refuseLeadingOut } from './places.js';
import { languageOfFile } from '../app/languages.js';
import { USUAL_OF_LISTENERS } from '../app/model-tools.js';
import { plain } from '../output/plain-text.js';

/** The default scenario of a connection without a finding. */
const usual = ({ role }: ConnectionProfile): string => (role === 'listener' ? USUAL_OF_LISTENERS : 'peer-closes-we-do-not');

export type ConnectionsOf = (path: string, io: Io) => Promise<FoundConnection[] | string>;

/** The analyser is loaded only when a source file is named. */
const connectionsOfFile: ConnectionsOf = async (path, io) => (await import('./connections.js')).connectionsOf(path, io);

/**
 * @param argv what follows `simulate`
 * @returns the exit code: 0 it ran, 2 wrong usage or a wrong experiment
 */
export async function runSimulate(argv: string[], io: Io, connectionsOf: ConnectionsOf = connectionsOfFile): Promise<number> {
  const fail = (lines: readonly string[], usage = false): number => {
    io.err(`${lines.map((l) => `closewait simulate: ${plain(l, Infinity)}\n`).join('')}${usage ? `${usageText(SIMULATE)}\n` : ''}`);
    return 2;
  };
  const args = parseSimulateArguments(argv);
  if (typeof args === 'string') return fail([args], true);
  if (args.list) return list(args, io);
  if (args.packetdrill !== null) return packetdrill(args.packetdrill, args, io, fail);
  const file = args.experiment === null && args.positionals.length === 1 ? fileIn(args.positionals[0] ?? '') : null;
  const misnamed = file === null ? null : wrongLine(file);
  if (misnamed !== null) return fail([misnamed]);
  if (file !== null) return listConnections(file, args, io, connectionsOf, fail);
  const run = await runOf(args, io, connectionsOf);
  if (Array.isArray(run)) return fail(run);
  if (run.trace.summary.capped) io.err(`closewait simulate: ended early, after ${run.trace.summary.events} events\n`);
  const wrong = args.experimentOut === null ? null : await written(args.experimentOut, experimentJson(run.experiment));
  if (wrong !== null) return fail([wrong]);
  const result = renderTrace(run, args.format, args.at);
  const unwritten = args.output === null ? null : await written(args.output, result);
  if (unwritten !== null) return fail([unwritten]);
  if (args.output === null) io.out(result);
  return 0;
}

/** A packetdrill script: what happened, and whether it is what the script expects. */
async function packetdrill(file: string, args: SimulateArguments, io: Io, fail: (lines: readonly string[]) => number): Promise<number> {
  const text = await textOf(file);
  if (typeof text !== 'string') return fail(text);
  const played = playScript(text);
  const result = args.format === 'json' ? `${JSON.stringify(played, null, 2)}\n` : playedText(plain(file), played);
  const unwritten = args.output === null ? null : await written(args.output, result);
  if (unwritten !== null) return fail([unwritten]);
  if (args.output === null) io.out(result);
  return EXIT[played.verdict];
}

const EXIT = { passes: 0, differs: 1, unsupported: 2 } as const;

/** Writes a file. @returns why it could not, or null */
async function written(file: string, content: string | Uint8Array): Promise<string | null> {
  try {
    refuseLeadingOut(file);
    await writeFile(file, content);
    return null;
  } catch (error) {
    return `${plain(file)}: ${causeOf(error)}`;
  }
}

function list(args: SimulateArguments, io: Io): number {
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

/** Is this argument a source file without a line? Scenarios have no dot. */
function fileIn(argument: string): string | null {
  return !/:\d+$/.test(argument) && (languageOfFile(argument) !== null || /[./]/.test(argument)) ? argument : null;
}

/** FILE:LINE with something else than a number behind an existing file's name. */
function wrongLine(argument: string): string | null {
  const [, file = '', line = ''] = /^(.+):([^:/]*)$/.exec(argument) ?? [];
  if (!existsSync(file) || existsSync(argument)) return null;
  return `${plain(argument)}: "${plain(line)}" is no line: it is named by its number, FILE:LINE`;
}

/** The connections of a file: where, what, and what would be played. */
async function listConnections(
  file: string,
  args: SimulateArguments,
  io: Io,
  connectionsOf: ConnectionsOf,
  fail: (lines: readonly string[]) => number,
): Promise<number> {
  if (args.format !== 'text' && args.format !== 'json')
    return fail([`${plain(file)}: a list of connections can be text or json; name a line: FILE:LINE`]);
  const connections = await connectionsOf(file, io);
  if (typeof connections === 'string') return fail([connections]);
  const inOrder = [...connections].sort((a, b) => a.startLine - b.startLine);
  const rows = inOrder.map(({ startLine, profile, scenario }) => ({
    line: startLine,
    role: profile.role,
    library: profile.library,
    scenario: scenario ?? usual(profile),
    finding: scenario !== null,
  }));
  if (args.format === 'json') {
    io.out(`${JSON.stringify(rows, null, 2)}\n`);
    return 0;
  }
  if (rows.length === 0) io.err(`closewait simulate: ${plain(file)}: the file opens no connection\n`);
  for (const { line, role, library, scenario, finding } of rows)
    io.out(`${plain(file)}:${line}: ${role}, ${library}: ${scenario}${finding ? ' (its finding)' : ''}\n`);
  return 0;
}

/** The text of a file, or (in a list) why it cannot be read. */
async function textOf(file: string): Promise<string | [string]> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    return [`${plain(file)}: ${causeOf(error)}`];
  }
}

/** The run that the arguments ask for, or what is wrong. */
async function runOf(args: SimulateArguments, io: Io, connectionsOf: ConnectionsOf): Promise<Run | string[]> {
  if (args.sysctls !== null) {
    const text = await textOf(args.sysctls);
    if (typeof text !== 'string') return text;
    const { sets, summary } = settingsFromText(text);
    io.err(`closewait simulate: ${plain(args.sysctls)}: ${summary}\n`);
    args.sets.unshift(...sets);
  }
  if (args.experiment !== null) {
    const text = await textOf(args.experiment);
    if (typeof text !== 'string') return text;
    const run = runExperimentText(text, args.sets, args.format === 'text' || args.format === 'json');
    return Array.isArray(run) ? run.map((problem) => `${plain(args.experiment ?? '')}: ${problem}`) : run;
  }
  const [first = '', second, ...rest] = args.positionals;
  const place = /^(.+):(\d+)$/.exec(first);
  if (rest.length > 0 || (second !== undefined && !place)) return ['too many arguments'];
  if (!place) return isFolder(first) ? [`${plain(first)}: is a folder: name a file of it, or a scenario`] : runById(first, null, args, io);
  return runPlace(place[1] ?? '', Number(place[2]), second, args, io, connectionsOf);
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}

function runById(id: string, connection: FoundConnection | null, args: SimulateArguments, io: Io): Run | string[] {
  const scenario = scenarioOf(id);
  return typeof scenario === 'string' ? [scenario] : runScenario(scenario, connection?.profile ?? null, io.machine, args.sets);
}

async function runPlace(
  path: string,
  line: number,
  scenario: string | undefined,
  args: SimulateArguments,
  io: Io,
  connectionsOf: ConnectionsOf,
): Promise<Run | string[]> {
  const connections = await connectionsOf(path, io);
  if (typeof connections === 'string') return [connections];
  const here = connections.find((c) => c.startLine === line) ?? connections.find((c) => c.startLine <= line && line <= c.endLine);
  if (here) return runById(scenario ?? here.scenario ?? usual(here.profile), here, args, io);
  const lines = [...new Set(connections.map((c) => c.startLine))]
    .sort((a, b) => Math.abs(a - line) - Math.abs(b - line))
    .slice(0, 3)
    .sort((a, b) => a - b);
  return [
    `${plain(path)}:${line}: no connection is opened here; ${lines.length === 0 ? 'the file opens none' : `the nearest lines that open one: ${lines.join(', ')}`}`,
  ];
}
