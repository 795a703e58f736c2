/** Puts the parts together. Nothing runs before a document of a known language is open. */

import { commands, type Diagnostic, type Disposable, type ExtensionContext, env, l10n, languages, Uri, window, workspace } from 'vscode';
import type { CheckedFile } from '../app/check.js';
import { ACTION_KINDS, createActionProvider } from './actions.js';
import { registerCommands, SHOWN_FOR } from './commands.js';
import { toDiagnostics } from './diagnostics.js';
import { Diagnosis } from './diagnosis.js';
import { registerDiagnosis } from './diagnose-commands.js';
import { Documents } from './documents.js';
import { createHoverProvider } from './hover.js';
import { createInlayProvider, createLensProvider } from './lenses.js';
import { offerAgentServer } from './node/agent-server.js';
import { startThread } from './node/thread.js';
import { PageRequests } from './page-requests.js';
import { PANEL_TYPE, SimulatorPanel } from './panel.js';
import { diagnosticsReport } from './report.js';
import { registerRuleLinks } from './rule-example.js';
import { rescanFile, scanWorkspace } from './scan.js';
import type { SettingSchema } from '../app/configuration.js';
import type { Settings } from './settings.js';
import { SettingsReader } from './settings-reader.js';
import { createStatus } from './status.js';
import { Supervisor } from './supervisor.js';
import { registerTools } from './tools.js';
import { say, speak } from '../words/say.js';
import { WorkspaceIndex } from './workspace-index.js';

/** Errors kept for "Collect Diagnostics". */
const MOST_ERRORS = 20;

/** What the tests inside VS Code use. */
export interface ExtensionApi {
  supervisor: Supervisor;
  documents: Documents;
}

interface Manifest {
  version: string;
  activationEvents: string[];
  contributes: {
    configuration: { properties: Record<string, SettingSchema> };
    /** Titles are in the reader's language. */
    commands: { command: string; title: string }[];
  };
}

/** What every part needs. */
interface Parts {
  extensionUri: Uri;
  manifest: Manifest;
  languages: ReadonlySet<string>;
  supervisor: Supervisor;
  documents: Documents;
  errors: readonly string[];
  settingsOf(uri: Uri | undefined): Settings;
  diagnosticsOf(uri: Uri, file: CheckedFile): Diagnostic[];
  rulePage(rule: string): Uri;
  /** Title of each rule, as the manifest has it. */
  rules: Readonly<Record<string, string>>;
  keep<T extends Disposable>(part: T): T;
}

/** The worker, the documents and what they need. */
function startAnalysis(context: ExtensionContext, onHealth: { run(): void }): Parts & { settings: SettingsReader } {
  const { extensionUri } = context;
  const manifest = context.extension.packageJSON as Manifest;
  const keep = <T extends Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const settings = keep(new SettingsReader(manifest.contributes.configuration.properties));
  const settingsOf = (uri: Uri | undefined): Settings => settings.of(uri);
  // The pages are packaged in every language that has a catalogue.
  const pages = l10n.bundle === undefined ? [] : [env.language.toLowerCase()];
  const rulePage = (rule: string): Uri => Uri.joinPath(extensionUri, 'docs', 'rules', ...pages, `${rule}.md`);
  const severities = manifest.contributes.configuration.properties['closewait.severity']?.properties ?? {};
  const rules = Object.fromEntries(Object.entries(severities).map(([rule, { description }]) => [rule, description ?? '']));
  const diagnosticsOf = (uri: Uri, file: CheckedFile): Diagnostic[] => toDiagnostics(uri, file, rulePage);
  const known = new Set(manifest.activationEvents.flatMap((event) => /^onLanguage:(.+)$/.exec(event)?.[1] ?? []));
  const errors: string[] = [];
  const supervisor = keep(
    new Supervisor({
      start: () => startThread(extensionUri),
      catalogue: l10n.bundle,
      load: async (name) => workspace.fs.readFile(Uri.joinPath(extensionUri, 'dist', 'grammars', name)),
      onHealth: () => onHealth.run(),
      onRenewed: (uris) => documents.recheck(uris),
    }),
  );
  const documents = keep(
    new Documents({
      supervisor,
      settingsOf,
      diagnosticsOf,
      languages: known,
      collection: keep(languages.createDiagnosticCollection('closewait')),
      onError: (error) => {
        errors.push(error instanceof Error ? error.message : String(error));
        if (errors.length > MOST_ERRORS) errors.shift();
      },
    }),
  );
  return {
    extensionUri,
    manifest,
    languages: known,
    supervisor,
    documents,
    errors,
    settings,
    settingsOf,
    diagnosticsOf,
    rulePage,
    rules,
    keep,
  };
}

export function activate(context: ExtensionContext): ExtensionApi {
  speak(l10n.bundle);
  const onHealth = { run: (): void => undefined };
  const parts = startAnalysis(context, onHealth);
  const { keep, supervisor, documents, settings, settingsOf } = parts;
  const index = keep(new WorkspaceIndex({ supervisor, documents }));
  const titles = Object.fromEntries(parts.manifest.contributes.commands.map(({ command, title }) => [command, title]));
  const status = keep(createStatus({ ...parts, titles }));
  onHealth.run = () => {
    const { state } = supervisor.health;
    status.update();
    void commands.executeCommand('setContext', 'closewait.analysisStopped', state === 'stopped');
    if (state === 'restarting') {
      documents.resend();
      index.resend();
    }
  };
  const panel = addPanel(parts);
  addCommands(parts, panel, index);
  addProviders(parts);
  keep(registerRuleLinks({ ...parts, panel }));
  keep(registerTools(documents, supervisor));
  keep(offerAgentServer(parts.extensionUri, parts.manifest.version));
  keep(registerDiagnosis(keep(new Diagnosis({ supervisor, settingsOf }))));
  keep(
    settings.onDidChange(() => {
      documents.refresh();
      status.update();
      void panel.refresh();
    }),
  );
  void commands.executeCommand('setContext', 'closewait.languages', [...parts.languages]);
  return { supervisor, documents };
}

function addPanel({ keep, extensionUri, documents, supervisor, settingsOf }: Parts): SimulatorPanel {
  const panel = keep(new SimulatorPanel({ extensionUri, documents, settingsOf, requests: keep(new PageRequests(documents, supervisor)) }));
  keep(window.registerWebviewPanelSerializer(PANEL_TYPE, panel));
  return panel;
}

function addCommands(parts: Parts, panel: SimulatorPanel, index: WorkspaceIndex): void {
  const { keep, documents, supervisor, errors, settingsOf, manifest } = parts;
  const collection = keep(languages.createDiagnosticCollection('closewait-scan'));
  const scan = { ...parts, collection };
  let isFollowed = false;
  const follow = (): void => {
    if (isFollowed) return;
    isFollowed = true;
    const watcher = keep(workspace.createFileSystemWatcher('**/*', true));
    keep(watcher.onDidChange((uri) => void rescanFile(scan, uri)));
    keep(watcher.onDidDelete((uri) => collection.delete(uri)));
    // An open document has its own, fresher findings.
    keep(documents.onDidChange((uri) => collection.delete(uri)));
  };
  keep(
    registerCommands({
      ...parts,
      panel,
      scan: () => {
        follow();
        return scanWorkspace(scan);
      },
      restart: () => {
        supervisor.restart();
        documents.refresh();
        index.resend();
        window.setStatusBarMessage(say`CloseWait: the analysis was started again`, SHOWN_FOR);
      },
      report: () => diagnosticsReport({ supervisor, documents, settingsOf, errors, extensionVersion: manifest.version }),
    }),
  );
}

function addProviders({ keep, languages: known, documents, supervisor, settingsOf }: Parts): void {
  const selector = [...known].map((language) => ({ language }));
  const lineComment = async (language: string): Promise<string> => {
    const all = await supervisor.ask('languages', null).catch(() => []);
    return all.find(({ id }) => id === language)?.lineComment ?? '//';
  };
  keep(languages.registerHoverProvider(selector, createHoverProvider(documents, supervisor)));
  keep(
    languages.registerCodeActionsProvider(selector, createActionProvider(documents, supervisor, lineComment), {
      providedCodeActionKinds: ACTION_KINDS,
    }),
  );
  keep(languages.registerCodeLensProvider(selector, createLensProvider({ documents, settingsOf })));
  keep(languages.registerInlayHintsProvider(selector, createInlayProvider({ documents, settingsOf })));
}
