/** All that hover, finding and simulator say of one connection of a program. */
import assert from 'node:assert/strict';
import { onPathOf } from '../../src/app/failing-path.js';
import { explainAt } from '../../src/app/hover.js';
import { headlineOf } from '../../src/app/headline.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { tell, tellable } from '../../src/app/story.js';
import { checkText } from './analyser.js';

const SCENARIOS = ['peer-closes-we-do-not', 'peer-process-killed', 'peer-host-loses-power-idle'];

/** What a program is said to do (`not`: and what not), by the line that opens the connection. */
export interface Said {
  name: string;
  language: string;
  text: string;
  line: number;
  role?: 'accepted';
  is: RegExp[];
  not: RegExp[];
}

/** All that is said of the connection that is opened on this line. */
export function saidOf({ text, language, line, role }: Said): string {
  const file = checkText(text, language, { minCertainty: 'possible' });
  const connection =
    file.connections.find((one) => one.range.startLine === line && (role ?? one.role) === one.role) ??
    assert.fail(`nothing is opened on line ${line}`);
  const findings = file.findings.filter((finding) => file.connections[finding.connection] === connection);
  const hover = explainAt(file, line, connection.range.startColumn, DEFAULT_MACHINE)?.markdown ?? '';
  const path = findings[0] ? onPathOf(findings[0], connection) : connection;
  const answers = SCENARIOS.filter((id) => tellable(id, path)).map((id) => {
    const { sees, decides, change } = tell(path, id, {}, DEFAULT_MACHINE).answer;
    return `${id}: ${sees} ${decides} ${change}`;
  });
  return [hover, ...findings.flatMap((finding) => [headlineOf(finding, finding.consequence), finding.message]), ...answers].join('\n');
}
