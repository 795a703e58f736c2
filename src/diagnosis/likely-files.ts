/** Which files of a large program a symptom points to, by their text alone: those are analysed first. */

import { OUT_OF_DESCRIPTORS } from './candidates/evidence.js';
import { runsLanguage } from './candidates/commands.js';
import type { Holder, Reading } from './symptom.js';

interface Signs {
  /** Words of ports: `8080`. */
  ports: RegExp | null;
  /** Names of files in stacks and tracebacks. */
  frames: ReadonlySet<string>;
  /** Words of command lines and names of processes. */
  words: ReadonlySet<string>;
  holders: readonly Holder[];
}

const MOST_SOCKETS = 5000;
const MOST_PORTS = 60;
/** Ports that kernels choose for clients tell of no line. */
const EPHEMERAL = 32_768;
/** Code that stands beside a program. */
export const ASIDE =
  /(?:^|\/)(?:tests?|testing|testdata|examples?|samples?|vendor|third_party|Godeps|node_modules|docs?|benchmarks?)\/|(?:^|\/)test_|_test\.|\.test\.|\.spec\./i;
/** A call that may open a connection. */
const OPENS =
  /\b(?:socket|connect|dial|listen|accept|http|fetch|urlopen|requests|createServer|createConnection|Socket|Dial\w*|ListenAndServe\w*|openConnection|TcpStream|TcpClient)\b/;

export function signsOf(readings: readonly Reading[]): Signs {
  const sockets = readings.flatMap(({ sockets: all }) => all.slice(0, MOST_SOCKETS));
  const ports = new Set<number>();
  for (const { local, remote } of sockets) for (const { port } of [local, remote]) if (port !== null && port < EPHEMERAL) ports.add(port);
  for (const { remote, errno } of readings.flatMap(({ errors }) => errors))
    if (remote?.port != null && !OUT_OF_DESCRIPTORS.has(errno)) ports.add(remote.port);
  const frames = readings.flatMap(({ errors, stacks }) => [...errors, ...stacks].flatMap((sign) => sign.frames.map((f) => baseOf(f.file))));
  const holders = sockets.flatMap((s) => s.holders.slice(0, 1));
  const words = holders.flatMap(({ name, command }) => [name ?? '', ...(command ?? '').split(/[\s/\0.]+/)]);
  const few = [...ports].slice(0, MOST_PORTS);
  return {
    ports: few.length === 0 ? null : new RegExp(`(?<!\\d)(?:${few.join('|')})(?!\\d)`),
    frames: new Set(frames),
    words: new Set(words.filter((w) => w.length > 3)),
    holders,
  };
}

const baseOf = (path: string): string => path.replace(/\\/g, '/').split('/').at(-1) as string;

/** How much the symptom speaks for looking into this file; only the order matters. */
export function likelihood(path: string, language: string, text: string, { ports, frames, words, holders }: Signs): number {
  const parts = path.split('/').map((part) => part.replace(/\.\w+$/, ''));
  const isFrame = frames.has(baseOf(path));
  const runs = holders.length === 0 || holders.some((holder) => runsLanguage(holder, language));
  return (
    (isFrame ? 100 : 0) +
    (ports?.test(text) ? 40 : 0) +
    (parts.some((part) => words.has(part)) ? 20 : 0) +
    (OPENS.test(text) ? 10 : 0) -
    (ASIDE.test(path) && !isFrame ? 50 : 0) -
    (runs ? 0 : 80)
  );
}
