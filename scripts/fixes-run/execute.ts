/** Runs one prepared program against one peer, and tells how it went. */

import { spawn } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { call, serve, type Manner, type Side } from './peers.js';

/** A program that can be run, or why it cannot. */
export type Prepared = Runnable | { reason: string };

export interface Runnable {
  command: readonly string[];
  cwd: string;
  /** How many times longer it takes to start and to be through. */
  slowness?: number;
}

export interface Situation {
  side: Side;
  manner: Manner;
  /** What conditions that nobody knows are: all true, or all false. */
  flag: boolean;
}

export interface Outcome {
  end: 'returned' | 'hung' | 'crashed' | 'not callable';
  /** What the function gave or threw, and what the program printed. */
  said: string;
  /** Descriptors before the call and after it. Hung: sockets. */
  before: number;
  after: number;
  /** Warnings of the runtime about connections that nobody closed. */
  warnings: number;
  received: string;
  /** Was there anything that `flag` decides? */
  flagged: boolean;
}

/** The port that arguments name. Fixtures name others in their text. */
export const PORT = 24680;
/** A program that has said nothing for so long hangs: peers are through within a tenth of it. Milliseconds. */
export const PATIENCE = 1500;

export async function execute(program: Runnable, situation: Situation, ports: readonly number[], patience = PATIENCE): Promise<Outcome> {
  const { side, manner, flag } = situation;
  const peer = side === 'client' ? await serve(ports, manner) : call(ports, manner);
  const ended = await runProcess(program, side, patience * (program.slowness ?? 1), {
    CLOSEWAIT_PORT: String(PORT),
    CLOSEWAIT_FLAG: flag ? '1' : '0',
  });
  // What was under way when the process ended still arrives.
  await new Promise((done) => setTimeout(done, 20));
  const received = peer.received();
  await peer.close();
  return { ...ended, received };
}

function runProcess(program: Runnable, side: Side, patience: number, env: Record<string, string>): Promise<Omit<Outcome, 'received'>> {
  const [command = '', ...args] = program.command;
  const child = spawn(command, args, {
    cwd: program.cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', '', ''];
  [1, 2, 3].forEach((fd) =>
    child.stdio[fd]?.on('data', (data: Buffer) => (texts[fd] = ((texts[fd] ?? '') + data.toString()).slice(0, 20_000))),
  );
  return new Promise((done) => {
    let sockets: number | null = null;
    const timer = setTimeout(() => {
      sockets = socketsOf(child.pid ?? 0);
      child.kill('SIGKILL');
    }, patience);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const printed = plain(inOrder(texts[1] ?? '', side));
      if (sockets !== null) return done({ end: 'hung', said: firstLines(printed), before: 0, after: sockets, warnings: 0, flagged: true });
      const report = /^RESULT (.*)$/m.exec(texts[3] ?? '');
      if (!report)
        return done({
          end: 'crashed',
          said: `${signal ?? `exit ${code}`} ${firstLines(plain(texts[2] ?? ''))}`,
          before: 0,
          after: 0,
          warnings: 0,
          flagged: true,
        });
      const {
        said,
        before,
        after,
        warnings = 0,
        callable = true,
        flagged = true,
      } = JSON.parse(report[1] ?? '{}') as {
        said: string;
        before: number;
        after: number;
        warnings?: number;
        callable?: boolean;
        flagged?: boolean;
      };
      done({
        end: callable ? 'returned' : 'not callable',
        said: `${plain(said)}${printed === '' ? '' : ` [${firstLines(printed)}]`}`,
        before,
        after,
        warnings,
        flagged,
      });
    });
  });
}

/** A server has several callers at once: which of them it serves first is chance. */
function inOrder(printed: string, side: Side): string {
  return side === 'server' ? printed.split('\n').sort().join('\n') : printed;
}

/** Local ports and addresses in memory differ from run to run. */
function plain(text: string): string {
  return text
    .replace(/0x[0-9a-f]{6,}/g, '0x…')
    .replace(/127\.0\.0\.1[:', ]+\d+/g, '127.0.0.1:…')
    .replace(/\b(port|fd)=\d+/g, '$1=…');
}

/** A program that prints in a loop until it is ended prints as much as time allows. */
function firstLines(text: string): string {
  return text.split('\n').slice(0, 12).join(' / ').slice(0, 400);
}

function socketsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).filter((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:')).length;
  } catch {
    return 0;
  }
}
