/** `closewait mcp`: the tools for language models over the Model Context Protocol, on standard input and output. */

import { statSync } from 'node:fs';
import { LANGUAGES } from '../app/languages.js';
import { connectionOnLine, describedTools, leaksAnswer, MODEL_TOOLS, storyAnswer, wrongInput, type ModelTool } from '../app/model-tools.js';
import { ruleAnswer } from '../app/rules.js';
import { storyOf } from '../app/told-story.js';
import { diagnose } from '../diagnosis/diagnose.js';
import { momentIn, spanText } from '../diagnosis/moments.js';
import { readText } from '../diagnosis/read.js';
import { diagnosisText } from '../diagnosis/report.js';
import { resultOf } from '../diagnosis/result.js';
import { plain, plainLines } from '../output/plain-text.js';
import { realOf } from './changed.js';
import { parseCommand, usageText } from './command.js';
import { programOf } from './diagnose-program.js';
import { causeOf } from './errors.js';
import type { Io } from './io.js';
import { MCP } from './mcp-arguments.js';
import { McpProject } from './mcp-project.js';

/** @returns the exit code, when the client has gone */
export async function runMcp(argv: string[], io: Io): Promise<number> {
  const parsed = parseCommand(MCP, argv);
  const wrong = typeof parsed === 'string' ? parsed : wrongFolder(parsed.positionals);
  if (typeof parsed === 'string' || wrong !== null) {
    io.err(`closewait mcp: ${plainLines(wrong ?? '')}\n${usageText(MCP)}\n`);
    return 2;
  }
  const roots = (parsed.positionals.length > 0 ? parsed.positionals : ['.']).map(realOf);
  const project = new McpProject(roots, { machine: io.machine, severities: {}, minCertainty: 'likely', fixes: false });
  const { serveTools } = await import('./mcp-server.js');
  const tools = describedTools(LANGUAGES.map(({ title }) => title));
  await serveTools(io.version, tools, (name, input, signal) => answer({ roots, project, io }, name, input, signal));
  return 0;
}

function wrongFolder(folders: readonly string[]): string | null {
  for (const folder of folders) {
    try {
      if (!statSync(folder).isDirectory()) return `${plain(folder)}: is not a folder`;
    } catch (error) {
      return `${plain(folder)}: ${causeOf(error)}`;
    }
  }
  return null;
}

interface Served {
  roots: readonly string[];
  project: McpProject;
  io: Io;
}

/** Seconds that a model waits for an answer. */
const LONGEST = 40;

async function diagnosed({ roots, io }: Served, text: string, signal: AbortSignal): Promise<string> {
  const reading = readText(text);
  const program = await programOf(roots, io, { readings: [reading], within: LONGEST, signal, complain: () => undefined });
  const { machine, notes } = program;
  const diagnosis = diagnose([reading], program, { machine, at: momentIn(new TextEncoder().encode(text)), clock: spanText });
  const result = resultOf({ ...diagnosis, notes: [...diagnosis.notes, ...notes] });
  const found = result.groups.length + result.errors.length + result.stacks.length + result.flows.length;
  if (found === 0)
    throw new Error(
      'Nothing in this text is recognised: give the output of ss -tanpoie, netstat -anp, lsof -i, a log with errors, or a stack dump.',
    );
  return diagnosisText(result);
}

/** What a tool says; throws with a sentence for the model. */
async function answer(served: Served, name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<string> {
  const tool = MODEL_TOOLS.find((one): one is ModelTool => one.name === name);
  if (!tool) throw new Error(`There is no tool "${name}".`);
  const wrong = wrongInput(tool, input);
  if (wrong !== null) throw new Error(wrong);
  const { project } = served;
  switch (tool.name) {
    case 'diagnose_connections':
      return diagnosed(served, input['text'] as string, signal);
    case 'find_socket_leaks':
      return leaksAnswer((await project.check(input['file'] as string, signal)).file);
    case 'simulate_connection_failure': {
      const { file, options } = await project.check(input['file'] as string, signal);
      const wanted = (input['scenario'] as string | undefined) ?? null;
      return storyAnswer(storyOf(file, connectionOnLine(file, input['line'] as number), options.machine, wanted), wanted);
    }
    case 'explain_rule': {
      const said = ruleAnswer(input['rule'] as string);
      if ('wrong' in said) throw new Error(said.wrong);
      return said.text;
    }
  }
}
