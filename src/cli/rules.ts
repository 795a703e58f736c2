/** `closewait rules`: the list of rules. */

import { RULE_TEXTS } from '../app/rules.js';
import { plainLines } from '../output/plain-text.js';
import { parseCommand, usageText, type Command } from './command.js';
import type { Io } from './io.js';

const OPTIONS = {
  format: {
    type: 'string',
    argument: 'FORMAT',
    choices: ['text', 'json'],
    default: 'text',
    help: 'text (default) or json, which has the whole texts',
  },
} as const;

export const RULES: Command & { options: typeof OPTIONS } = {
  name: 'rules',
  takes: '',
  summary: 'the rules, each with its severity',
  about: 'the rules, each with its severity.',
  usage: ['rules [--format text|json]'],
  arguments: [],
  options: OPTIONS,
  exitCodes: [
    [0, 'they were printed'],
    [2, 'wrong usage'],
  ],
  examples: ['closewait rules', 'closewait rules --format json'],
};

/** One line per rule. */
export function ruleList(): string {
  return RULE_TEXTS.map(({ id, severity, title }) => `${id.padEnd(24)} ${severity.padEnd(12)} ${title}\n`).join('');
}

/** @returns the exit code */
export function runRules(argv: string[], io: Io): Promise<number> {
  const parsed = parseCommand(RULES, argv);
  const wrong = typeof parsed === 'string' ? parsed : parsed.positionals.length > 0 ? 'takes no argument' : null;
  if (typeof parsed === 'string' || wrong !== null) {
    io.err(`closewait rules: ${plainLines(wrong ?? '')}\n${usageText(RULES)}\n`);
    return Promise.resolve(2);
  }
  io.out(parsed.values.format === 'json' ? `${JSON.stringify(RULE_TEXTS, null, 2)}\n` : ruleList());
  return Promise.resolve(0);
}
