/** The arguments of `closewait mcp`. */

import type { Command } from './command.js';

export const MCP: Command = {
  name: 'mcp',
  takes: '[FOLDER…]',
  summary: 'a server for agents (Model Context Protocol)',
  about:
    'a server for agents: the tools find_socket_leaks, simulate_connection_failure, explain_rule and ' +
    'diagnose_connections over the Model Context Protocol, on standard input and output.',
  usage: ['mcp [FOLDER…]'],
  arguments: [['FOLDER', 'folders whose files may be read (default: this folder)']],
  completes: ['folder'],
  options: {},
  exitCodes: [
    [0, 'the client closed standard input'],
    [2, 'wrong usage, or a folder that is none'],
  ],
  examples: ['closewait mcp', 'claude mcp add closewait -- npx closewait mcp'],
};
