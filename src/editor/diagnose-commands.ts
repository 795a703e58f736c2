/** "Diagnose From Text…", "Show This Machine's Sockets", and the tool for language models. */

import {
  commands,
  Disposable,
  env,
  LanguageModelTextPart,
  type LanguageModelTool,
  LanguageModelToolResult,
  lm,
  window,
  workspace,
} from 'vscode';
import { unpacked } from '../diagnosis/unpacked.js';
import { isCapture } from '../diagnosis/capture/packets.js';
import { momentIn } from '../diagnosis/moments.js';
import { diagnosisText } from '../diagnosis/report.js';
import { say } from '../words/say.js';
import type { Diagnosis } from './diagnosis.js';
import { tell } from './obstacles.js';
import { SHOW_CANDIDATE, SocketsView } from './sockets-view.js';

interface DiagnoseInput {
  text: string;
}

export function registerDiagnosis(diagnosis: Diagnosis): Disposable {
  const view = new SocketsView(diagnosis);
  const tool: LanguageModelTool<DiagnoseInput> = {
    prepareInvocation: () => ({ invocationMessage: say`Looking for the lines that opened these connections` }),
    invoke: async ({ input }) => {
      if (typeof input.text !== 'string' || input.text.trim() === '')
        throw new Error('"text" is empty: give the output of ss, netstat or lsof, a log, a traceback or a stack dump.');
      const result = await diagnosis.ofTexts([input.text], [], momentOfText(input.text));
      return new LanguageModelToolResult([new LanguageModelTextPart(diagnosisText(result))]);
    },
  };
  return Disposable.from(
    view,
    commands.registerCommand('closewait.diagnoseText', () => diagnoseText(diagnosis, view)),
    commands.registerCommand('closewait.showSockets', () => view.showMachine()),
    commands.registerCommand(SHOW_CANDIDATE, (row: unknown) => view.show(row)),
    commands.registerCommand('closewait.simulateCandidate', (row: unknown) => view.simulate(row)),
    lm.registerTool('diagnose_connections', tool),
  );
}

const momentOfText = (text: string): number | null => momentIn(new TextEncoder().encode(text.slice(0, 1_000_000)));

interface Given {
  text: string | null;
  capture: Uint8Array | null;
  /** Unix seconds. */
  at: number | null;
}

async function diagnoseText(diagnosis: Diagnosis, view: SocketsView): Promise<void> {
  const end = diagnosis.stopped();
  if (end) return tell(end);
  const given = await ask();
  if (!given) return;
  if (given.capture === null && !given.text?.trim())
    return tell({
      text: say`There is no text in it: copy what ss, netstat or lsof prints, a log or a traceback, and try once more.`,
      ways: [],
    });
  await window.withProgress({ location: { viewId: 'closewait.sockets' } }, async () => {
    const result = await diagnosis.ofTexts(given.text === null ? [] : [given.text], given.capture ? [given.capture] : [], given.at);
    await view.showText(result);
  });
}

/** A packed file may hold very many. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The selection; without one, the choice of clipboard, open file, or a file of the disk. */
async function ask(): Promise<Given | null> {
  const editor = window.activeTextEditor;
  if (editor && !editor.selection.isEmpty) return ofText(editor.document.getText(editor.selection));
  const items = [
    { label: `$(clippy) ${say`Clipboard`}`, from: 'clipboard' as const },
    ...(editor ? [{ label: `$(file) ${workspace.asRelativePath(editor.document.uri)}`, from: 'document' as const }] : []),
    { label: `$(folder-opened) ${say`A file: text, pcap, pcapng`}`, from: 'file' as const },
  ];
  const picked = await window.showQuickPick(items, {
    placeHolder: say`ss, netstat, lsof, /proc/net/tcp, a log, a traceback, a stack dump or a capture: where is it?`,
  });
  if (picked?.from === 'clipboard') return ofText(await env.clipboard.readText());
  if (picked?.from === 'document' && editor) return ofText(editor.document.getText());
  if (picked?.from !== 'file') return null;
  const [uri] = (await window.showOpenDialog({ canSelectMany: false, openLabel: say`Diagnose` })) ?? [];
  if (!uri) return null;
  const bytes = await unpacked(await workspace.fs.readFile(uri), MOST_BYTES, () => new DecompressionStream('gzip'));
  if (isCapture(bytes)) return { text: null, capture: bytes, at: null };
  const { mtime } = await workspace.fs.stat(uri);
  return { ...ofText(new TextDecoder().decode(bytes)), at: momentIn(bytes) ?? mtime / 1000 };
}

function ofText(text: string): Given {
  return { text, capture: null, at: momentOfText(text) ?? Date.now() / 1000 };
}
