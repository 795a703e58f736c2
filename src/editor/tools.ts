/** Two tools for language models: what leaks in a file, and how a connection fails. Errors are worded for the model. */

import { Disposable, LanguageModelTextPart, type LanguageModelTool, LanguageModelToolResult, lm, Uri, workspace } from 'vscode';
import { openDocument } from './convert.js';
import type { Checked, Documents } from './documents.js';
import { connectionAt, labelOf } from './shown-connection.js';
import type { Supervisor } from './supervisor.js';

export interface LeaksInput {
  file: string;
}

export interface SimulationInput {
  file: string;
  line: number;
  scenario?: string;
}

export function registerTools(documents: Documents, supervisor: Supervisor): Disposable {
  const leaks: LanguageModelTool<LeaksInput> = {
    prepareInvocation: ({ input }) => ({ invocationMessage: `Looking for socket leaks in ${input.file}` }),
    invoke: async ({ input }) => text(leaksText(await checkedFile(documents, input.file))),
  };
  const simulation: LanguageModelTool<SimulationInput> = {
    prepareInvocation: ({ input }) => ({ invocationMessage: `Simulating the failure of the connection on line ${input.line} of ${input.file}` }),
    invoke: async ({ input }) => text(await simulationText(await checkedFile(documents, input.file), input, supervisor)),
  };
  return Disposable.from(lm.registerTool('find_socket_leaks', leaks), lm.registerTool('simulate_connection_failure', simulation));
}

const text = (value: string): LanguageModelToolResult => new LanguageModelToolResult([new LanguageModelTextPart(value)]);

/** @throws with a sentence that tells the model what to do instead */
async function checkedFile(documents: Documents, file: string): Promise<Checked> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (!file.startsWith('/') && !/^[A-Za-z]:[\\/]/.test(file)) throw new Error(`"${file}" is not an absolute path: call again with the absolute path of the file.`);
  const uri = folder && folder.scheme !== 'file' ? folder.with({ path: file }) : Uri.file(file);
  const document = await openDocument(uri);
  if (!document) throw new Error(`${file} cannot be read: check the path.`);
  const checked = await documents.current(document, undefined, true);
  if (!checked) throw new Error(`${file} is not analysed: its language (${document.languageId}) is not supported, or CloseWait is switched off.`);
  return checked;
}

function leaksText({ file }: Checked): string {
  if (file.findings.length === 0) return `No findings. Connections opened: ${file.connections.map(labelOf).join('; ') || 'none'}.`;
  return JSON.stringify(file.findings.map(({ rule, certainty, severity, range, message, path, consequence }) => ({
    rule, certainty, severity, line: range.startLine, message,
    path: path.map((step) => `line ${step.range.startLine}: ${step.message}`),
    consequence: consequence?.text ?? null,
  })), null, 1);
}

async function simulationText({ document, version, file }: Checked, { line, scenario }: SimulationInput, supervisor: Supervisor): Promise<string> {
  const connection = connectionAt(file.connections, { line });
  if (!connection) throw new Error(`No connection is opened or used on line ${line}. Connections: ${file.connections.map(labelOf).join('; ') || 'none in this file'}.`);
  const request = { uri: document.uri.toString(), version, connection: file.connections.indexOf(connection), scenario: scenario ?? null };
  const story = await supervisor.ask('story', request);
  if (!story) throw new Error(`The scenario "${scenario ?? ''}" does not exist or cannot happen to this connection: leave it out for the usual one.`);
  return `Scenario: ${story.scenario}\n${story.sees}\n${story.decides}\n${story.change}\n\n${story.events}`;
}
