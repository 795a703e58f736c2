/** Puts a walked path into the form of an experiment: options before connect go with it, loops become `repeat` or `recvUntilEof`. */

import type { ProfileStep } from '../../scenarios/profile.js';
import type { StepAt } from './run.js';

/** Rounds shown of a loop whose number of rounds nobody knows: enough to see what repeats. */
const unknownRounds = 100;

export function shapeSteps(raw: readonly StepAt[], ending: ProfileStep | null): ProfileStep[] {
  const steps = foldOptions(foldLoops(raw));
  if (ending) {
    const last = steps.at(-1);
    steps.push(
      ending.line > 0 || ending.do === 'close'
        ? ending
        : { ...ending, line: last?.line ?? 1, ...(last?.file !== undefined && { file: last.file }) },
    );
  }
  return steps;
}

/** A read in a loop that ends with the stream is `recvUntilEof`; a loop without a read is a `repeat`. */
function foldLoops(raw: readonly StepAt[]): ProfileStep[] {
  const steps: ProfileStep[] = [];
  const openedAt = raw.findIndex((one) => one.step.do === 'connect' || one.step.do === 'accept');
  const outer = new Set(openedAt === -1 ? [] : (raw[openedAt]?.loops ?? []).map((loop) => `${raw[openedAt]?.functionId} ${loop}`));
  for (let i = 0; i < raw.length; i += 1) {
    const one = raw[i] as StepAt;
    const own = one.loops.filter((loop) => !outer.has(`${one.functionId} ${loop}`));
    const before = steps.at(-1);
    const again = one.eof && before?.do === 'recv' && before.line === one.step.line && before.file === one.step.file;
    if (one.eof && own.length > 0) {
      if (again) steps.pop();
      steps.push({ ...one.step, do: 'recvUntilEof' });
      continue;
    }
    // Who waits in front of each read waits in front of the last one, too.
    if (again && steps.at(-2)?.do === 'poll') {
      steps.splice(-1, 1, one.step);
      continue;
    }
    const loop = own[0];
    if (loop === undefined) {
      steps.push(one.step);
      continue;
    }
    let end = i + 1;
    while (end < raw.length && raw[end]?.functionId === one.functionId && raw[end]?.loops.includes(loop)) end += 1;
    const body = raw.slice(i, end);
    if (
      body.some((step) => step.step.do === 'recv' || step.step.do === 'close' || step.step.do === 'accept' || step.step.do === 'connect')
    ) {
      steps.push(one.step);
      continue;
    }
    steps.push({
      do: 'repeat',
      line: one.step.line,
      ...(one.step.file !== undefined && { file: one.step.file }),
      times: unknownRounds,
      steps: foldSame(body),
    });
    i = end - 1;
  }
  return steps;
}

function foldSame(body: readonly StepAt[]): ProfileStep[] {
  const seen = new Set<string>();
  const steps: ProfileStep[] = [];
  for (const one of body) {
    if (seen.has(one.at)) continue;
    seen.add(one.at);
    steps.push(one.step);
  }
  return steps;
}

/** Options set before connect, listen or accept take effect with it. */
function foldOptions(steps: readonly ProfileStep[]): ProfileStep[] {
  const opening = steps.findIndex((step) => step.do === 'connect' || step.do === 'listen');
  if (opening === -1) return [...steps];
  let options: NonNullable<ProfileStep['options']> = {};
  const result: ProfileStep[] = [];
  steps.forEach((step, index) => {
    if (index < opening && step.do === 'setsockopt') options = { ...options, ...step.options };
    else if (index === opening && Object.keys(options).length > 0) result.push({ ...step, options: { ...options, ...step.options } });
    else result.push(step);
  });
  return result;
}
