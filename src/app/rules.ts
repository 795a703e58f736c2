/** The rules' texts, for pages, hovers and reports. */

import { RULES } from '../analysis/rules/generated.js';
import type { Severity } from '../analysis/findings.js';
import { meant } from './names.js';

export interface RuleText {
  id: string;
  title: string;
  severity: Severity | 'off';
  what: string;
  why: string;
  remedy: string;
  /** All three sentences. */
  help: string;
  scenario: string | null;
  examples: readonly { language: string; bad: string; good: string }[];
}

export const RULE_TEXTS: readonly RuleText[] = RULES.map(({ id, title, severity, off, what, why, remedy, scenario, examples }) => ({
  id,
  title,
  severity: off ? 'off' : severity,
  what,
  why,
  remedy,
  help: `${what} ${why} ${remedy}`,
  scenario,
  examples,
}));

/** A rule with its examples, or (for a rule that does not exist) a sentence that names the nearest one. */
export function ruleAnswer(id: string): { text: string } | { wrong: string } {
  const ids = RULE_TEXTS.map((rule) => rule.id);
  const rule = RULE_TEXTS.find((one) => one.id === id);
  const near = meant(id, ids);
  return rule
    ? { text: ruleText(rule) }
    : { wrong: `there is no rule "${id}"; ${near ? `the nearest is ${near}; ` : ''}all: ${ids.join(', ')}` };
}

function ruleText({ id, severity, title, what, why, remedy, examples }: RuleText): string {
  const shown = examples.map((e) => `\n${e.language}, reported:\n\n${indent(e.bad)}\n${e.language}, good:\n\n${indent(e.good)}`);
  return `${id} (${severity})\n${title}\n\nWhat: ${what}\nWhy: ${why}\nWhat to do: ${remedy}\n${shown.join('')}`;
}

function indent(code: string): string {
  return code
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
}
