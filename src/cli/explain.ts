/** `closewait explain RULE`: the rule's page on standard output. */

import { ruleAnswer } from '../app/rules.js';
import { plain } from '../output/plain-text.js';
import { usageText, type Command } from './command.js';
import type { Io } from './io.js';
import { ruleList } from './rules.js';

export const EXPLAIN: Command = {
  name: 'explain',
  takes: '[RULE]',
  summary: 'what a rule finds, why it matters, what to do',
  about: 'the rules, or one of them: what it finds, why it matters, what to do, with examples.',
  usage: ['explain [RULE]'],
  arguments: [['RULE', 'one of closewait rules']],
  completes: ['rule'],
  options: {},
  exitCodes: [
    [0, 'it was printed'],
    [2, 'wrong usage, or there is no such rule'],
  ],
  examples: ['closewait explain', 'closewait explain missing-keepalive'],
};

/** @returns the exit code: 0, or 2 for a rule that does not exist */
export async function runExplain(argv: string[], io: Io): Promise<number> {
  const [id, ...rest] = argv;
  if (rest.length > 0 || id?.startsWith('-')) {
    io.err(`closewait explain: takes one rule\n${usageText(EXPLAIN)}\n`);
    return 2;
  }
  if (id === undefined) {
    io.out(ruleList());
    return 0;
  }
  const answer = ruleAnswer(id);
  if ('wrong' in answer) {
    io.err(`closewait explain: ${plain(answer.wrong, Infinity)}\n`);
    return 2;
  }
  io.out(answer.text);
  return 0;
}
