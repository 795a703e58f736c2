/** The files of /proc, for this machine's sockets and settings. */

import fs from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { MachineAccess } from '../diagnosis/machine.js';

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch {
    // Not there, not permitted, or the process has ended meanwhile.
    return null;
  }
}

export const procAccess: MachineAccess = {
  read: (path) =>
    orNull(path.endsWith('.gz') ? fs.readFile(path).then((bytes) => gunzipSync(bytes).toString('utf8')) : fs.readFile(path, 'utf8')),
  list: (path) => orNull(fs.readdir(path)),
  link: (path) => orNull(fs.readlink(path)),
};
