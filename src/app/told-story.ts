/** How a connection fails, told for the editor and for language models. */

import type { CheckedFile, Connection, Machine } from './check.js';
import { onPathOf } from './failing-path.js';
import { USUAL_OF_LISTENERS, USUAL_SCENARIO, type ToldStory } from './model-tools.js';
import { tell, tellable } from './story.js';
import { traceText } from '../output/trace-text.js';

/** Null when there is no such scenario, or it cannot happen to this connection. */
export function storyOf(file: CheckedFile, connection: Connection, machine: Machine, wanted: string | null): ToldStory | null {
  const index = file.connections.indexOf(connection);
  const finding = file.findings.find((each) => each.connection === index && each.consequence);
  const scenario = wanted ?? finding?.consequence?.scenario ?? (connection.role === 'listener' ? USUAL_OF_LISTENERS : USUAL_SCENARIO);
  if (!tellable(scenario, connection)) return null;
  const {
    answer: { sees, decides, change },
    trace,
  } = tell(finding ? onPathOf(finding, connection) : connection, scenario, {}, machine);
  return { scenario, sees, decides, change, events: traceText(trace) };
}
