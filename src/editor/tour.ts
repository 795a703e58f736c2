/** The walkthrough's buttons. Each works by itself: where no open file has a finding, a sample is opened first. */

import { commands, Range, Selection, type TextEditor, TextEditorRevealType, type Uri, window } from 'vscode';
import { toRange } from './convert.js';
import type { Checked, Documents } from './documents.js';
import { SIMULATE } from './links.js';
import { obstacleIn, type ObstacleOptions, stopped, tell, WAYS } from './obstacles.js';
import { openSample } from './samples.js';
import { say } from '../words/say.js';

export interface TourOptions extends ObstacleOptions {
  extensionUri: Uri;
}

/** An editor that was just shown has scrolled to its place after this. */
const SETTLED_MS = 150;

/** What each step does in an editor whose cursor stands on a finding. */
const STEPS: Readonly<Record<string, string>> = {
  'closewait.tour.read': 'editor.action.showHover',
  'closewait.tour.fix': 'editor.action.quickFix',
  'closewait.tour.simulate': SIMULATE,
};

export function tourSteps(options: TourOptions): Record<string, () => Promise<void>> {
  return Object.fromEntries(
    Object.entries(STEPS).map(([step, command]) => [
      step,
      async () => {
        if (await goToFinding(options)) await commands.executeCommand(command);
      },
    ]),
  );
}

/** An editor with the cursor on its first finding; undefined when the user wants no sample. */
async function goToFinding(options: TourOptions): Promise<TextEditor | undefined> {
  const { extensionUri, documents, supervisor } = options;
  const end = stopped(supervisor);
  if (end) {
    await tell(end);
    return undefined;
  }
  const known = withFindings(documents);
  const editor = known ? await window.showTextDocument(known.document) : await openSample(extensionUri, undefined);
  const checked = editor && (await documents.current(editor.document, undefined, true));
  const first = checked?.file.findings[0];
  if (!editor) return undefined;
  if (!first) {
    const nothing = { text: say`Nothing is found here: closewait.severity may have switched the rules off.`, ways: [WAYS.settings()] };
    await tell(obstacleIn(editor.document, checked ?? null, options) ?? nothing);
    return undefined;
  }
  const { start } = toRange(first.range);
  editor.selection = new Selection(start, start);
  // Its start alone: to show a long call whole, the editor would scroll sideways, and a hover goes when its text moves.
  editor.revealRange(new Range(start, start), TextEditorRevealType.InCenterIfOutsideViewport);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  return editor;
}

/** The file with findings that the user looks at, or else one that is open. */
function withFindings(documents: Documents): Checked | undefined {
  const all = documents.all().filter(({ file }) => file.findings.length > 0);
  const active = window.activeTextEditor?.document;
  return all.find(({ document }) => document === active) ?? all.at(-1);
}
