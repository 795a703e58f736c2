/** The manual page, in roff, from the commands' tables. Written to docs/closewait.1 by scripts/generate.mjs. */

import { optionText, type Command } from './command.js';
import { COMMAND_LIST } from './command-list.js';

/** Text for roff: a backslash, a minus, and a dot or quote that begins a line have a meaning. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&')
    .replaceAll('…', '...')
    .replaceAll('’', "'");
}

export function manualPage(): string {
  return [
    '.\\" Written by scripts/generate.mjs. Do not edit.',
    '.TH CLOSEWAIT 1 "" "CloseWait" "User Commands"',
    '.SH NAME',
    `closewait \\- ${roff('finds socket connections that leak or hang, and simulates how they fail')}`,
    '.SH SYNOPSIS',
    ...COMMAND_LIST.flatMap(({ usage }) => usage.flatMap((line) => [`.B closewait ${roff(line.replace(/ {2,}.*/, ''))}`, '.br'])),
    '.SH DESCRIPTION',
    roff(
      'CloseWait reads socket code, finds the connection that will leak (a missing close: CLOSE_WAIT) or hang (no ' +
        'keepalive, no time limit), and shows with a model of the Linux kernel how it fails. Nothing is sent anywhere.',
    ),
    ...COMMAND_LIST.flatMap(commandPart),
    '.SH FILES',
    '.TP',
    '.B closewait.json',
    roff(
      "Settings of the project: the editor's, without the prefix closewait. (severity, minCertainty, kernel.version, " +
        'kernel.hz, sysctls, slowKeepaliveSeconds, enable), and exclude, a list of lines as in .gitignore. The nearest one ' +
        'above a source file holds for it.',
    ),
    '.SH ENVIRONMENT',
    '.TP',
    '.B NO_COLOR',
    'No colours, also on a terminal.',
    '',
  ].join('\n');
}

function commandPart(command: Command): string[] {
  const rows = [
    ...command.arguments,
    ...Object.entries(command.options).map(([name, option]) => [optionText(name, option), option.help] as const),
  ];
  return [
    `.SH ${command.name.toUpperCase()}`,
    roff(`${command.about.charAt(0).toUpperCase()}${command.about.slice(1)}`),
    ...rows.flatMap(([name, help]) => ['.TP', `.B ${roff(name)}`, roff(help)]),
    '.PP',
    'Exit codes:',
    ...command.exitCodes.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, roff(meaning)]),
    '.PP',
    'Examples:',
    '.nf',
    ...command.examples.map((line) => `  ${roff(line)}`),
    '.fi',
  ];
}
