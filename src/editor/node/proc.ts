import fs from 'node:fs/promises';
import type { MachineAccess } from '../../diagnosis/machine.js';

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch {
    // Not there, not permitted, or the process has ended meanwhile.
    return null;
  }
}

/**
 * The files of the machine that the extension runs on: with a remote
 * workspace (SSH, container, WSL) that is the remote one. Null in a browser.
 */
export const machineAccess: MachineAccess | null = {
  read: (path) => orNull(fs.readFile(path, 'utf8')),
  list: (path) => orNull(fs.readdir(path)),
  link: (path) => orNull(fs.readlink(path)),
};
