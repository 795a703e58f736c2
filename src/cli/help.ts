/** What `--help` says: one text per command, with exit codes and examples. */

import { helpText } from './command.js';
import { COMMAND_LIST } from './command-list.js';

function overview(): string {
  const commands = COMMAND_LIST.map(({ name, takes, summary }) => [`${name} ${takes}`.trim(), summary] as const);
  const rows = [...commands, ['COMMAND --help', 'options, exit codes and examples'] as const];
  const width = Math.max(...rows.map(([usage]) => usage.length)) + 3;
  const lines = rows.map(([usage, summary], i) => `${i === 0 ? 'usage: ' : '       '}closewait ${usage.padEnd(width)}${summary}\n`);
  return `closewait finds socket connections that leak or hang, and simulates how they fail.\n\n${lines.join('')}       closewait --version\n`;
}

/** The help of a command, or of all. */
export function helpOf(name: string | null): string {
  const command = COMMAND_LIST.find((one) => one.name === name);
  return command ? helpText(command) : overview();
}
