/** A trace or an experiment as JSON that a person can read: one row, one line. */

import type { Experiment, Program } from '../kernel/experiment.js';
import type { Trace } from '../kernel/trace.js';

const isRows = (value: unknown): value is object[] => Array.isArray(value) && value.length > 0 && typeof value[0] === 'object';

/** The whole trace; every packet, state, call and timer on a line of its own. */
export function traceJson(trace: Trace): string {
  const parts = Object.entries(trace)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${JSON.stringify(key)}: ${isRows(value) ? `[\n  ${value.map((v) => JSON.stringify(v)).join(',\n  ')}\n ]` : JSON.stringify(value)}`,
    );
  return `{\n${parts.join(',\n')}\n}\n`;
}

function programText(program: Program): string {
  const { steps, ...head } = program;
  const lines = steps.map((s) => `      ${JSON.stringify(s)}`);
  return `    { ${JSON.stringify(head).slice(1, -1)}, "steps": [\n${lines.join(',\n')} ] }`;
}

/** An experiment file: one step and one fault to a line. */
export function experimentJson(experiment: Experiment): string {
  const { programs, faults = [], ...head } = experiment;
  const lines = Object.entries(head)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]) => `  ${JSON.stringify(k)}: ${JSON.stringify(v)}`);
  lines.push(`  "programs": [\n${programs.map(programText).join(',\n')} ]`);
  lines.push(`  "faults": [${faults.length > 0 ? `\n    ${faults.map((f) => JSON.stringify(f)).join(',\n    ')} ` : ''}]`);
  return `{\n${lines.join(',\n')}\n}\n`;
}
