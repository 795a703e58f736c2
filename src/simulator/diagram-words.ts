/** The diagrams, in the words of the page's other views. */

import type { Trace } from '../kernel/trace.js';
import { mermaidSequence, mermaidStates } from '../output/mermaid.js';
import { originOf } from './layout.js';
import { callName, clock, faultText, lossReason, outcome, programName, segment } from './words.js';

/** What happened, as a sequence diagram. */
export const sequenceOf = (trace: Trace): string =>
  mermaidSequence(trace, {
    origin: originOf(trace),
    words: { time: clock, segment, loss: lossReason, fault: faultText, call: callName, outcome, program: programName },
  });

/** All states, none of them lit: the page lights them. */
export const statesOf = (): string => mermaidStates(null, null);
