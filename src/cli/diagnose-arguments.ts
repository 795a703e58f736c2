/** The arguments of `closewait diagnose`. */

import { parseCommand, type Command } from './command.js';

const OPTIONS = {
  from: {
    type: 'string',
    multiple: true,
    argument: 'FILE',
    completes: 'file',
    help:
      'a text with what you have: ss, netstat (Linux, macOS, Windows), lsof, /proc/net/tcp, logs, tracebacks, stack dumps ' +
      '(Go, jstack, py-spy, gdb, Node report), with prose around it or not; - reads standard input (the default when ' +
      'something is piped in). Given more than once: looks one after the other, which show what grows',
  },
  proc: { type: 'boolean', help: "this machine's sockets and the processes that hold them; without root only your own have names" },
  pcap: {
    type: 'string',
    multiple: true,
    argument: 'FILE',
    completes: 'file',
    help: 'a capture (pcap, pcapng): each flow is told as a story',
  },
  at: {
    type: 'string',
    argument: 'TIME',
    help: "when the text was taken (2026-03-01T14:20:00, 14:20:00); default: a date in the text, else the file's own time",
  },
  sysctls: {
    type: 'string',
    argument: 'FILE',
    completes: 'file',
    help: 'what sysctl -a printed on that machine; with --proc they are read from this one',
  },
  within: {
    type: 'string',
    argument: 'SECONDS',
    default: '20',
    help: 'time for looking into the program (default: 20; 0: no limit): likely files are first, and what was left out is told',
  },
  format: { type: 'string', argument: 'FORMAT', choices: ['text', 'json'], default: 'text', help: 'text (default) or json' },
} as const;

export const DIAGNOSE: Command & { options: typeof OPTIONS } = {
  name: 'diagnose',
  takes: '[PATH…]',
  summary: 'from sockets, logs, stacks or a capture back to the line',
  about: 'from a symptom back to the line of code, and forward to the second when it ends. Nothing is sent anywhere.',
  usage: ['diagnose [PATH…] [--from FILE|-]… [--proc] [--pcap FILE]… [OPTION…]'],
  arguments: [['PATH', 'source of the program (default: this folder); files and folders, all of them one project']],
  completes: ['file'],
  options: OPTIONS,
  exitCodes: [
    [0, 'something was recognised'],
    [2, 'wrong usage, a file that cannot be read, or nothing was recognised'],
  ],
  examples: [
    'ss -tanpoie | closewait diagnose src',
    'closewait diagnose --proc .',
    'closewait diagnose --pcap trace.pcapng --from server.log src',
  ],
};

export interface DiagnoseArguments {
  paths: string[];
  from: string[];
  proc: boolean;
  pcap: string[];
  at: string | null;
  sysctls: string | null;
  /** Seconds; 0: no limit. */
  within: number;
  format: 'text' | 'json';
}

/** @returns the arguments, or what is wrong with them */
export function parseDiagnoseArguments(argv: string[]): DiagnoseArguments | string {
  const parsed = parseCommand(DIAGNOSE, argv);
  if (typeof parsed === 'string') return parsed;
  const { values, positionals } = parsed;
  if ([...positionals, ...values.from, ...values.pcap].includes('')) return 'a path is empty';
  const within = Number(values.within);
  if (!Number.isFinite(within) || within < 0) return `--within ${values.within}: a number of seconds`;
  return {
    paths: positionals.length > 0 ? positionals : ['.'],
    from: values.from,
    proc: values.proc,
    pcap: values.pcap,
    at: values.at ?? null,
    sysctls: values.sysctls ?? null,
    within,
    format: values.format,
  };
}
