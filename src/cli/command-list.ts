/** All commands, for help, completions and the manual page. */

import { CHECK } from './check-arguments.js';
import type { Command } from './command.js';
import { DIAGNOSE } from './diagnose-arguments.js';
import { EXPLAIN } from './explain.js';
import { MCP } from './mcp-arguments.js';
import { RULES } from './rules.js';
import { SIMULATE } from './simulate-arguments.js';
import { SYSCTL } from './sysctl.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const COMPLETIONS: Command = {
  name: 'completions',
  takes: 'SHELL',
  summary: 'completion script for bash, zsh or fish',
  about: 'prints what makes a shell complete commands, options and their values.',
  usage: ['completions bash|zsh|fish'],
  arguments: [['SHELL', 'bash, zsh or fish']],
  options: {},
  exitCodes: [
    [0, 'it was printed'],
    [2, 'wrong usage'],
  ],
  examples: [
    'closewait completions bash > ~/.local/share/bash-completion/completions/closewait',
    'closewait completions zsh > ~/.zfunc/_closewait',
    'closewait completions fish > ~/.config/fish/completions/closewait.fish',
  ],
};

export const COMMAND_LIST: readonly Command[] = [CHECK, SIMULATE, DIAGNOSE, EXPLAIN, RULES, SYSCTL, MCP, COMPLETIONS];
