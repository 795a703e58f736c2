/** The example of a rule's page, opened as a new file and shown in the simulator: where the page's link `vscode://…/simulate/RULE` leads. */

import { commands, Disposable, window, workspace } from 'vscode';
import { startOf } from './convert.js';
import { obstacleIn, type ObstacleOptions, stopped, tell } from './obstacles.js';
import type { SimulatorPanel } from './panel.js';
import { say } from '../words/say.js';

export interface ExampleOptions extends ObstacleOptions {
  panel: SimulatorPanel;
}

/** In the language of the active editor where the rule has an example in it. @returns was there something to show? */
async function simulateExample(options: ExampleOptions, rule: string): Promise<boolean> {
  const { documents, panel, supervisor } = options;
  const end = stopped(supervisor);
  if (end) {
    await tell(end);
    return false;
  }
  const rules = await supervisor.ask('rules', null);
  const told = rules.find(({ id }) => id === rule);
  const examples = told?.examples ?? [];
  const wanted = window.activeTextEditor?.document.languageId;
  const example = examples.find(({ language }) => language === wanted) ?? examples[0];
  if (!example) {
    const rest = rules.map(({ id }) => id).join(', ');
    await tell({ text: say`CloseWait has no rule ${rule} with an example. Its rules: ${rest}.`, ways: [] });
    return false;
  }
  const document = await workspace.openTextDocument({ language: example.language, content: example.bad });
  await window.showTextDocument(document);
  const checked = await documents.current(document, undefined, true);
  const finding = checked?.file.findings.find((each) => each.rule === rule);
  // A rule that is off reports nothing of its own example.
  const connection = checked?.file.connections[finding?.connection ?? 0];
  if (!connection) {
    const obstacle = obstacleIn(document, checked, options);
    if (obstacle) await tell(obstacle);
    return false;
  }
  // A rule that is off finds nothing: its own failure is shown all the same.
  const scenario = finding?.consequence?.scenario ?? told?.scenario ?? undefined;
  await panel.show({ uri: document.uri.toString(), ...startOf(connection.range), ...(scenario !== undefined && { scenario }) });
  return true;
}

/** Links of rule pages. */
export function registerRuleLinks(options: ExampleOptions): Disposable {
  return Disposable.from(
    commands.registerCommand('closewait.simulateExample', (rule: string) => simulateExample(options, rule)),
    window.registerUriHandler({
      async handleUri({ path }) {
        const rule = /^\/simulate\/([\w-]+)$/.exec(path)?.[1];
        if (rule !== undefined) await simulateExample(options, rule);
      },
    }),
  );
}
