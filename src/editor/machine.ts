/** Reads the kernel settings of the machine on which the workspace lies, local or remote, through VS Code's own file access. */

import { Uri, workspace } from 'vscode';
import { type MachineReading, readMachine } from '../app/machine.js';
import type { KernelSettings } from '../simulator/protocol.js';
import { say } from '../words/say.js';

/** The global of both hosts; Node's types name it in a module only. */
declare const DecompressionStream: new (format: 'gzip') => { readable: unknown; writable: unknown };
declare const Response: new (body: unknown) => { arrayBuffer(): Promise<ArrayBuffer> };

/** @param near a document or folder on the machine; null or a scheme without a machine behind it gives null */
export async function machineOf(near: Uri | null): Promise<MachineReading | null> {
  const isOnMachine = ({ scheme }: Uri): boolean => scheme === 'file' || scheme === 'vscode-remote';
  // A new file, a page of settings or of another version lies on no machine: the workspace does.
  const place = near && isOnMachine(near) ? near : (workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/'));
  if (!isOnMachine(place)) return null;
  const reading = await readMachine(async (path) => {
    const bytes = await workspace.fs.readFile(place.with({ path, query: '', fragment: '' })).then(
      (content) => content,
      () => null,
    );
    if (bytes === null) return null;
    return new TextDecoder().decode(path.endsWith('.gz') ? await unpacked(bytes) : bytes);
  });
  return reading.release === null ? null : reading;
}

async function unpacked(bytes: Uint8Array): Promise<ArrayBuffer> {
  const body = (new Response(bytes) as unknown as { body: { pipeThrough(stream: unknown): unknown } }).body;
  return new Response(body.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

/** In words: what was found, and what was not. */
export function describeMachine(reading: MachineReading): { from: string; missing: string[] } {
  const missing = reading.missing.map((name) => say`${name} is not visible here`);
  if (!reading.hzKnown) missing.unshift(say`CONFIG_HZ is not visible here: assumed ${reading.hz}`);
  return { from: say`this machine, Linux ${reading.release}`, missing };
}

/** For the simulator page. */
export async function machineSettings(near: Uri | null): Promise<KernelSettings> {
  const reading = await machineOf(near);
  if (!reading)
    return {
      kernel: null,
      hz: null,
      sysctls: { A: {}, B: {} },
      from: null,
      missing: [say`this machine shows no Linux kernel settings (/proc/sys)`],
    };
  return { kernel: reading.kernel, hz: reading.hz, sysctls: { A: reading.sysctls, B: {} }, ...describeMachine(reading) };
}
