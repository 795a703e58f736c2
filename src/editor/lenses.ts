/** CodeLens and inlay hint, both off unless the user switches them on. */

import { CodeLens, type CodeLensProvider, InlayHint, type InlayHintsProvider, Position } from 'vscode';
import type { Connection, Consequence } from '../app/check.js';
import { briefly } from '../app/headline.js';
import { openingsOf } from '../app/openings.js';
import { startOf, toRange } from './convert.js';
import type { Checked, Documents } from './documents.js';
import { SIMULATE, type SimulateTarget } from './links.js';
import type { Settings } from './settings.js';
import type { Uri } from 'vscode';
import { say } from '../words/say.js';

interface LensOptions {
  documents: Documents;
  settingsOf(uri: Uri): Settings;
}

/** "Simulate" above every call that opens a connection. */
export function createLensProvider({ documents, settingsOf }: LensOptions): CodeLensProvider {
  return {
    onDidChangeCodeLenses: (listener, self, disposables) => documents.onDidChange(() => void listener.call(self), undefined, disposables),
    async provideCodeLenses(document, token) {
      if (!settingsOf(document.uri).codeLens) return [];
      const checked = await documents.current(document, token);
      return (checked ? openingsOf(checked.file) : []).map((connection) => {
        const target: SimulateTarget = { uri: document.uri.toString(), ...startOf(connection.range) };
        const ends = checked ? consequenceHere(checked, connection) : null;
        return new CodeLens(toRange(connection.range), {
          title: ends === null ? say`Simulate` : say`Simulate: ${briefly(ends)}`,
          command: SIMULATE,
          arguments: [target],
        });
      });
    },
  };
}

function consequenceHere({ file }: Checked, connection: Connection): Consequence | null {
  return file.findings.find((each) => file.connections[each.connection] === connection && each.consequence)?.consequence ?? null;
}

/** How each finding's story ends, behind its call. */
export function createInlayProvider({ documents, settingsOf }: LensOptions): InlayHintsProvider {
  return {
    onDidChangeInlayHints: (listener, self, disposables) => documents.onDidChange(() => void listener.call(self), undefined, disposables),
    async provideInlayHints(document, range, token) {
      if (!settingsOf(document.uri).inlayHints) return [];
      const checked = await documents.current(document, token);
      return (checked ? openingsOf(checked.file) : [])
        .flatMap((connection) => hintOf(checked, connection))
        .filter(({ position }) => range.contains(position));
    },
  };
}

function hintOf(checked: Checked | null, connection: Connection): InlayHint[] {
  const index = checked?.file.connections.indexOf(connection);
  const finding = checked?.file.findings.find((each) => each.connection === index && each.consequence);
  if (!finding?.consequence) return [];
  const { text } = finding.consequence;
  const hint = new InlayHint(new Position(finding.range.endLine - 1, finding.range.endColumn - 1), ` ${briefly(finding.consequence)}`);
  hint.paddingLeft = true;
  hint.tooltip = text;
  return [hint];
}
