/** `closewait completions SHELL`: scripts that follow from the commands' tables. Nothing runs when a shell completes. */

import { RULE_TEXTS } from '../app/rules.js';
import { scenarioList } from '../app/simulation.js';
import { usageText, type Command, type Completion, type Option } from './command.js';
import { COMMAND_LIST, COMPLETIONS, SHELLS } from './command-list.js';
import type { Io } from './io.js';

type Shell = (typeof SHELLS)[number];

/** @returns the exit code */
export function runCompletions(argv: string[], io: Io): Promise<number> {
  const shell = SHELLS.find((one) => one === argv[0]);
  if (shell === undefined || argv.length !== 1) {
    io.err(`closewait completions: which shell? ${SHELLS.join(', ')}\n${usageText(COMPLETIONS)}\n`);
    return Promise.resolve(2);
  }
  io.out(completionScript(shell));
  return Promise.resolve(0);
}

export function completionScript(shell: Shell): string {
  return { bash, zsh, fish }[shell]();
}

const names = (): string[] => COMMAND_LIST.map(({ name }) => name);

/** What may stand for an argument: words, and whether files fit. */
function wordsFor(kinds: readonly Completion[]): { words: string[]; files: boolean; folders: boolean } {
  const words = kinds.flatMap((kind) =>
    kind === 'rule' ? RULE_TEXTS.map(({ id }) => id) : kind === 'scenario' ? scenarioList().map(({ id }) => id) : [],
  );
  return { words, files: kinds.includes('file'), folders: kinds.includes('folder') };
}

function argumentsOf(command: Command): ReturnType<typeof wordsFor> {
  return command === COMPLETIONS ? { words: [...SHELLS], files: false, folders: false } : wordsFor(command.completes ?? []);
}

function valuesOf(option: Option): ReturnType<typeof wordsFor> {
  return option.choices
    ? { words: [...option.choices], files: false, folders: false }
    : wordsFor(option.completes ? [option.completes] : []);
}

const optionsOf = ({ options }: Command): [string, Option][] => Object.entries(options);

function bash(): string {
  const generate = ({ words, files, folders }: ReturnType<typeof wordsFor>): string =>
    [
      words.length > 0 ? `COMPREPLY=($(compgen -W $'${words.join('\\n')}' -- "$cur"))` : '',
      files ? 'COMPREPLY+=($(compgen -f -- "$cur"))' : '',
      folders ? 'COMPREPLY+=($(compgen -d -- "$cur"))' : '',
    ]
      .filter((part) => part !== '')
      .join('; ') || ':';
  const cases = COMMAND_LIST.map((command) => {
    const options = optionsOf(command)
      .filter(([, { argument }]) => argument !== undefined)
      .map(([name, option]) => `      --${name}) ${generate(valuesOf(option))}; return;;\n`);
    const all = [...optionsOf(command).map(([name]) => `--${name}`), '--help'].join('\\n');
    return `    ${command.name})
      case "$prev" in
${options.join('')}      esac
      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W $'${all}' -- "$cur")); else ${generate(argumentsOf(command))}; fi;;
`;
  });
  return `# bash completion for closewait
_closewait() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  # Names of files may hold spaces.
  local IFS=$'\\n'
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W $'${[...names(), '--help', '--version'].join('\\n')}' -- "$cur")); return; fi
  case "\${COMP_WORDS[1]}" in
${cases.join('')}  esac
}
complete -o filenames -F _closewait closewait
`;
}

/** Inside single quotes of zsh's _arguments: brackets and colons have a meaning there. */
const zshText = (text: string): string => text.replaceAll("'", '’').replace(/[[\]:\\]/g, (c) => `\\${c}`);

function zsh(): string {
  const action = ({ words, files, folders }: ReturnType<typeof wordsFor>): string => {
    if (words.length === 0) return folders ? '_files -/' : files ? '_files' : ' ';
    return files ? `{_alternative 'words:word:(${words.join(' ')})' 'files:file:_files'}` : `(${words.join(' ')})`;
  };
  const cases = COMMAND_LIST.map((command) => {
    const options = optionsOf(command).map(([name, option]) => {
      const value = option.argument === undefined ? '' : `:${option.argument.toLowerCase().replace('=', ' ')}:${action(valuesOf(option))}`;
      return `'${option.multiple ? '*' : ''}--${name}[${zshText(option.help)}]${value}'`;
    });
    return `    ${command.name}) _arguments ${[...options, "'--help[shows the help]'", `"*:argument:${action(argumentsOf(command))}"`].join(' \\\n      ')};;\n`;
  });
  return `#compdef closewait
_closewait() {
  local -a commands=(${COMMAND_LIST.map(({ name, summary }) => `'${name}:${zshText(summary)}'`).join(' ')})
  if ((CURRENT == 2)); then _describe command commands; return; fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('')}  esac
}
if [[ $funcstack[1] == _closewait ]]; then _closewait "$@"; else compdef _closewait closewait; fi
`;
}

const fishText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fish(): string {
  const lines = COMMAND_LIST.flatMap((command) => {
    const here = `complete -c closewait -n '__fish_seen_subcommand_from ${command.name}'`;
    const offered = ({ words, files, folders }: ReturnType<typeof wordsFor>): string =>
      `${words.length > 0 ? ` -a '${words.join(' ')}'` : folders ? " -a '(__fish_complete_directories)'" : ''}${files ? ' -F' : ' -f'}`;
    return [
      `complete -c closewait -n __fish_use_subcommand -f -a ${command.name} -d ${fishText(command.summary)}`,
      ...optionsOf(command).map(
        ([name, option]) =>
          `${here} -l ${name}${option.argument === undefined ? '' : ` -r${offered(valuesOf(option))}`} -d ${fishText(option.help)}`,
      ),
      `${here}${offered(argumentsOf(command))}`,
    ];
  });
  return `# fish completion for closewait\n${lines.join('\n')}\n`;
}
