/** `closewait explain RULE`: the rule's page on standard output. */

import { RULE_TEXTS } from '../app/rules.js';
import { plain } from '../output/plain-text.js';
import { usageText, type Command } from './command.js';
import type { Io } from './io.js';
import { ruleList } from './rules.js';

export const EXPLAIN: Command = {
  name: 'explain', takes: '[RULE]', summary: 'what a rule finds, why it matters, what to do', about: 'the rules, or one of them: what it finds, why it matters, what to do, with examples.',
  usage: ['explain [RULE]'],
  arguments: [['RULE', 'one of closewait rules']],
  completes: ['rule'],
  options: {},
  exitCodes: [[0, 'it was printed'], [2, 'wrong usage, or there is no such rule']],
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
  const rule = RULE_TEXTS.find((r) => r.id === id);
  if (!rule) {
    io.err(`closewait explain: no rule "${plain(id)}"; there are: ${RULE_TEXTS.map((r) => r.id).join(', ')}\n`);
    return 2;
  }
  const examples = rule.examples.map((e) => `\n${e.language}, reported:\n\n${indent(e.bad)}\n${e.language}, good:\n\n${indent(e.good)}`);
  io.out(`${rule.id} (${rule.severity})\n${rule.title}\n\nWhat: ${rule.what}\nWhy: ${rule.why}\nWhat to do: ${rule.remedy}\n${examples.join('')}`);
  return 0;
}

function indent(code: string): string {
  return code.trimEnd().split('\n').map((line) => `    ${line}\n`).join('');
}
