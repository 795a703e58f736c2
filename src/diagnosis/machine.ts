/** The sockets of this machine, read from /proc: what the system shows to this user, with the processes that hold them. */

import { reader } from './readers/proc-net-tcp.js';
import { holderOf } from './readers/reader.js';
import type { Holder, Reading, Socket } from './symptom.js';
import { emptyReading } from './symptom.js';
import { say } from '../words/say.js';

/** Access to files: given by the desktop; tests give their own. Null: not there, or not permitted. */
export interface MachineAccess {
  read(path: string): Promise<string | null>;
  list(path: string): Promise<string[] | null>;
  link(path: string): Promise<string | null>;
}

const MOST_PROCESSES = 50_000;
const MOST_DESCRIPTORS = 400_000;
const LONGEST_COMMAND = 4096;

interface Process {
  pid: number;
  /** Its network namespace; null where that is not shown. */
  namespace: string | null;
}

/** @returns what can be seen, with a note for what cannot */
export async function readMachineSockets(access: MachineAccess): Promise<Reading> {
  const reading = emptyReading();
  const entries = await access.list('/proc');
  if (entries === null) return { ...reading, notes: [say`this system has no /proc: give the text of netstat or lsof`] };
  const processes = await processesOf(entries, access);
  const tables = await tablesOf(processes, access);
  if (tables === null) return { ...reading, notes: [say`/proc/net/tcp cannot be read here`] };
  const { holders, hidden } = await holdersOf(processes, access);
  reading.sockets = tables.map((s) => ({ ...s, holders: s.inode === null ? [] : (holders.get(s.inode) ?? []) }));
  if (hidden > 0)
    reading.notes.push(
      say`the descriptors of other users' processes (${hidden} here) are shown to root only: their sockets have no name here`,
    );
  return reading;
}

async function processesOf(entries: readonly string[], access: MachineAccess): Promise<Process[]> {
  const pids = entries
    .filter((name) => /^\d+$/.test(name))
    .slice(0, MOST_PROCESSES)
    .map(Number);
  const out: Process[] = [];
  for (const pid of pids) out.push({ pid, namespace: await access.link(`/proc/${pid}/ns/net`) });
  return out;
}

/** The tables of every network namespace that some visible process lives in: containers are namespaces too. */
async function tablesOf(processes: readonly Process[], access: MachineAccess): Promise<Socket[] | null> {
  const own = await access.link('/proc/self/ns/net');
  const doors = new Map<string, string>([[own ?? 'own', '/proc/self/net']]);
  for (const { pid, namespace } of processes) if (namespace !== null && !doors.has(namespace)) doors.set(namespace, `/proc/${pid}/net`);
  const sockets: Socket[] = [];
  let read = false;
  for (const door of doors.values()) {
    for (const table of ['tcp', 'tcp6']) {
      const text = await access.read(`${door}/${table}`);
      if (text === null) continue;
      read = true;
      for (const s of reader.read(text.split('\n')).sockets ?? []) sockets.push({ ...s, look: 0 });
    }
  }
  return read ? sockets : null;
}

async function holdersOf(
  processes: readonly Process[],
  access: MachineAccess,
): Promise<{ holders: Map<number, Holder[]>; hidden: number }> {
  const holders = new Map<number, Holder[]>();
  let hidden = 0;
  let seen = 0;
  for (const { pid } of processes) {
    const fds = await access.list(`/proc/${pid}/fd`);
    if (fds === null) hidden++;
    const inodes: [number, number][] = [];
    for (const fd of fds ?? []) {
      if (seen++ > MOST_DESCRIPTORS) break;
      const inode = /^socket:\[(\d+)\]$/.exec((await access.link(`/proc/${pid}/fd/${fd}`)) ?? '')?.[1];
      if (inode !== undefined) inodes.push([Number(inode), Number(fd)]);
    }
    if (inodes.length === 0) continue;
    const who = await describe(pid, access);
    for (const [inode, fd] of inodes) holders.set(inode, [...(holders.get(inode) ?? []), { ...who, fd }]);
  }
  return { holders, hidden };
}

async function describe(pid: number, access: MachineAccess): Promise<Holder> {
  const name = (await access.read(`/proc/${pid}/comm`))?.trim() ?? null;
  const command =
    (await access.read(`/proc/${pid}/cmdline`))
      ?.slice(0, LONGEST_COMMAND)
      .replace(/(?<!\0)\0+$/, '')
      .replaceAll('\0', ' ') || null;
  return holderOf({ name, pid, command, cwd: await access.link(`/proc/${pid}/cwd`) });
}

/** Adds command line and folder to holders that a table names by number: only sensible for a table of this machine. */
export async function withProcesses(reading: Reading, access: MachineAccess): Promise<Reading> {
  const known = new Map<number, Holder>();
  for (const s of reading.sockets) {
    for (const h of s.holders)
      if (h.pid !== null && h.command === null && !known.has(h.pid)) known.set(h.pid, await describe(h.pid, access));
  }
  const named = (h: Holder): Holder => {
    const more = h.pid === null ? undefined : known.get(h.pid);
    // The number may be another process's by now.
    return more && (h.name === null || more.name === null || more.name.startsWith(h.name.slice(0, 15)) || h.name.startsWith(more.name))
      ? { ...h, command: more.command, cwd: more.cwd }
      : h;
  };
  return { ...reading, sockets: reading.sockets.map((s) => ({ ...s, holders: s.holders.map(named) })) };
}
