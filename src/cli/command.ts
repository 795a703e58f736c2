/** What a command takes, as data: from it follow the parsing of its arguments, its help, the completions and the manual page. */

import { parseArgs } from 'node:util';
import { meant } from '../app/names.js';

/** What a shell may offer for an argument. */
export type Completion = 'file' | 'folder' | 'rule' | 'scenario';

export interface Option {
  type: 'string' | 'boolean';
  multiple?: true;
  default?: string | boolean;
  /** Name of its value in the help, in capitals. */
  argument?: string;
  /** All values that it can have. */
  choices?: readonly string[];
  completes?: Completion;
  help: string;
}

export type Options = Readonly<Record<string, Option>>;

export interface Command {
  name: string;
  /** For the list of commands: what follows the name, and what it does. */
  takes: string;
  summary: string;
  /** First line of its help, without the name. */
  about: string;
  usage: readonly string[];
  /** Arguments that are no options. */
  arguments: readonly (readonly [name: string, help: string])[];
  completes?: readonly Completion[];
  options: Options;
  exitCodes: readonly (readonly [code: number, meaning: string])[];
  examples: readonly string[];
}

type Values<O extends Options> = {
  [K in keyof O]: O[K]['type'] extends 'boolean'
    ? boolean
    : O[K] extends { multiple: true }
      ? string[]
      : O[K] extends { choices: readonly (infer C)[]; default: string }
        ? C
        : O[K] extends { default: string }
          ? string
          : string | undefined;
};

/** @returns the options' values (absent switches are false, absent lists empty) and the other arguments, or what is wrong with them */
export function parseCommand<const O extends Options>(
  { options }: { options: O },
  argv: readonly string[],
): { values: Values<O>; positionals: string[] } | string {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    return wordedBetter(error as Error, Object.keys(options));
  }
  const values: Record<string, unknown> = { ...parsed.values };
  for (const [name, { type, multiple, choices }] of Object.entries(options)) {
    values[name] ??= type === 'boolean' ? false : multiple ? [] : undefined;
    const value = values[name];
    if (choices && typeof value === 'string' && !choices.includes(value))
      return `unknown ${name.replace(/^min-/, '')} "${value}": ${alternatives(choices)}`;
  }
  return { values: values as Values<O>, positionals: parsed.positionals };
}

/** Node's own message, or for an unknown option the nearest that there is. */
function wordedBetter(error: Error, names: readonly string[]): string {
  const unknown = /^Unknown option '--([^']+)'/.exec(error.message)?.[1];
  if (unknown === undefined) return error.message;
  const close = meant(unknown, names);
  return `unknown option --${unknown}${close === null ? '' : `; is --${close} meant?`}`;
}

function alternatives(all: readonly string[]): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1) ?? ''}`;
}

export function usageText({ usage }: Command): string {
  return usage.map((line, i) => `${i === 0 ? 'usage: ' : '       '}${wrapped(`closewait ${line}`, 7)}`).join('\n');
}

/** Column in which explanations begin, and the longest line. */
const EXPLAINED_AT = 25;
const WIDTH = 120;

/** What `--help` prints. */
export function helpText(command: Command): string {
  const rows = [
    ...command.arguments,
    ...Object.entries(command.options).map(([name, option]) => [optionText(name, option), option.help] as const),
  ];
  const codes = command.exitCodes.map(
    ([code, meaning], i) => `${i === 0 ? 'exit codes: ' : ' '.repeat(12)}${code}  ${wrapped(meaning, 15)}\n`,
  );
  const examples = command.examples.map((line, i) => `${i === 0 ? 'examples: ' : ' '.repeat(10)}${line}\n`);
  return [
    `${wrapped(`closewait ${command.name}: ${command.about}`, 0)}\n\n${usageText(command)}\n\n`,
    ...rows.map(([name, help]) => `  ${name.padEnd(EXPLAINED_AT - 3)} ${wrapped(help, EXPLAINED_AT)}\n`),
    rows.length > 0 ? '\n' : '',
    ...codes,
    '\n',
    ...examples,
  ].join('');
}

/** `--format FORMAT`. */
export function optionText(name: string, { argument }: Option): string {
  return argument === undefined ? `--${name}` : `--${name} ${argument}`;
}

function wrapped(text: string, indent: number): string {
  let line = '';
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}
