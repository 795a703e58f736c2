/** What `--help` says: one text per command, with exit codes and examples. */

import { CHECK_HELP } from './check-arguments.js';
import { EXPLAIN_HELP } from './explain.js';
import { SIMULATE_HELP } from './simulate-arguments.js';

const OVERVIEW = `closewait finds socket connections that leak or hang, and simulates how they fail.

usage: closewait check [PATH…]             findings of files and folders
       closewait simulate SCENARIO|FILE    how a connection fails, second by second
       closewait explain [RULE]            the rules, or one of them
       closewait COMMAND --help            options, exit codes and examples
       closewait --version
`;

const HELP: Readonly<Record<string, string>> = { check: CHECK_HELP, simulate: SIMULATE_HELP, explain: EXPLAIN_HELP };

/** The help of a command, or of all. */
export function helpOf(command: string | null): string {
  return (command === null ? undefined : HELP[command]) ?? OVERVIEW;
}
