/** The rules' texts, for pages, hovers and reports. */

import { RULES } from '../analysis/rules/generated.js';
import type { Severity } from '../analysis/findings.js';

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
  id, title, severity: off ? 'off' : severity, what, why, remedy, help: `${what} ${why} ${remedy}`, scenario, examples,
}));
