/** Offers `closewait mcp` to agents inside VS Code: the packaged command line, run by the editor's own Node. */

import type { Disposable } from 'vscode';
import { lm, McpStdioServerDefinition, Uri, workspace } from 'vscode';

/** As the manifest names it. */
const PROVIDER = 'closewait';

/** The folders of the workspace on this machine are what the server may read. */
export function offerAgentServer(extensionUri: Uri, version: string): Disposable {
  const folders = (): string[] =>
    (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
  return lm.registerMcpServerDefinitionProvider(PROVIDER, {
    provideMcpServerDefinitions: () =>
      folders().length === 0
        ? []
        : [
            new McpStdioServerDefinition(
              'CloseWait',
              process.execPath,
              [Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath, 'mcp', ...folders()],
              { ELECTRON_RUN_AS_NODE: '1' },
              version,
            ),
          ],
  });
}
