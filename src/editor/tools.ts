/** The tools for language models in the editor: what they are and what they answer stands in app/model-tools.ts. */

import { Disposable, LanguageModelTextPart, type LanguageModelTool, LanguageModelToolResult, lm, Uri, workspace } from 'vscode';
import { connectionOnLine, isAbsolutePath, leaksAnswer, notAbsolute, storyAnswer } from '../app/model-tools.js';
import { say } from '../words/say.js';
import { openDocument } from './convert.js';
import type { Checked, Documents } from './documents.js';
import type { Supervisor } from './supervisor.js';

interface LeaksInput {
  file: string;
}

interface SimulationInput {
  file: string;
  line: number;
  scenario?: string;
}

interface RuleInput {
  rule: string;
}

export function registerTools(documents: Documents, supervisor: Supervisor): Disposable {
  const leaks: LanguageModelTool<LeaksInput> = {
    prepareInvocation: ({ input }) => ({ invocationMessage: say`Looking for socket leaks in ${input.file}` }),
    invoke: async ({ input }) => text(leaksAnswer((await checkedFile(documents, input.file)).file)),
  };
  const simulation: LanguageModelTool<SimulationInput> = {
    prepareInvocation: ({ input }) => ({
      invocationMessage: say`Simulating the failure of the connection on line ${input.line} of ${input.file}`,
    }),
    invoke: async ({ input }) => text(await simulationText(await checkedFile(documents, input.file), input, supervisor)),
  };
  const rule: LanguageModelTool<RuleInput> = {
    prepareInvocation: ({ input }) => ({ invocationMessage: say`Explaining ${input.rule}` }),
    invoke: async ({ input }) => {
      const answer = await supervisor.ask('rule', { id: input.rule });
      if ('wrong' in answer) throw new Error(answer.wrong);
      return text(answer.text);
    },
  };
  return Disposable.from(
    lm.registerTool('find_socket_leaks', leaks),
    lm.registerTool('simulate_connection_failure', simulation),
    lm.registerTool('explain_rule', rule),
  );
}

const text = (value: string): LanguageModelToolResult => new LanguageModelToolResult([new LanguageModelTextPart(value)]);

/** @throws with a sentence that tells the model what to do instead */
async function checkedFile(documents: Documents, file: string): Promise<Checked> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (!isAbsolutePath(file)) throw new Error(notAbsolute(file));
  const uri = folder && folder.scheme !== 'file' ? folder.with({ path: file }) : Uri.file(file);
  const document = await openDocument(uri);
  if (!document) throw new Error(`${file} cannot be read: check the path.`);
  const checked = await documents.current(document, undefined, true);
  if (!checked)
    throw new Error(`${file} is not analysed: its language (${document.languageId}) is not supported, or CloseWait is switched off.`);
  return checked;
}

async function simulationText(
  { document, version, file }: Checked,
  { line, scenario }: SimulationInput,
  supervisor: Supervisor,
): Promise<string> {
  const connection = connectionOnLine(file, line);
  const story = await supervisor.ask('story', {
    uri: document.uri.toString(),
    version,
    connection: file.connections.indexOf(connection),
    scenario: scenario ?? null,
  });
  return storyAnswer(story, scenario ?? null);
}
