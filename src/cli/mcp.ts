/** `closewait mcp`: the tools for language models over the Model Context Protocol, on standard input and output. */

import { statSync } from 'node:fs';
import { LANGUAGES } from '../app/languages.js';
import { connectionOnLine, describedTools, leaksAnswer, MODEL_TOOLS, storyAnswer, wrongInput, type ModelTool } from '../app/model-tools.js';
import { ruleAnswer } from '../app/rules.js';
import { storyOf } from '../app/told-story.js';
import { plain } from '../output/plain-text.js';
import { realOf } from './changed.js';
import { parseCommand, usageText } from './command.js';
import { causeOf } from './errors.js';
import type { Io } from './io.js';
import { MCP } from './mcp-arguments.js';
import { McpProject } from './mcp-project.js';

/** @returns the exit code, when the client has gone */
export async function runMcp(argv: string[], io: Io): Promise<number> {
  const parsed = parseCommand(MCP, argv);
  const wrong = typeof parsed === 'string' ? parsed : wrongFolder(parsed.positionals);
  if (typeof parsed === 'string' || wrong !== null) {
    io.err(`closewait mcp: ${wrong ?? ''}\n${usageText(MCP)}\n`);
    return 2;
  }
  const roots = (parsed.positionals.length > 0 ? parsed.positionals : ['.']).map(realOf);
  const project = new McpProject(roots, { machine: io.machine, severities: {}, minCertainty: 'likely', fixes: false });
  const { serveTools } = await import('./mcp-server.js');
  await serveTools(io.version, describedTools(LANGUAGES.map(({ title }) => title)), (name, input, signal) => answer(project, name, input, signal));
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

/** What a tool says; throws with a sentence for the model. */
async function answer(project: McpProject, name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<string> {
  const tool = MODEL_TOOLS.find((one): one is ModelTool => one.name === name);
  if (!tool) throw new Error(`There is no tool "${name}".`);
  const wrong = wrongInput(tool, input);
  if (wrong !== null) throw new Error(wrong);
  switch (tool.name) {
    case 'find_socket_leaks': return leaksAnswer((await project.check(input['file'] as string, signal)).file);
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
