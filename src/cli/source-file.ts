/** Reads a file that somebody named, or that stood there a moment ago: never a pipe or a device, which may not end. */

import fs from 'node:fs';
import { LARGEST_FILE, sourceText } from '../app/source-text.js';

/** Bytes of a regular file that has `most` at most. Throws with a cause that `causeOf` words. */
export function bytesOf(file: string, most = LARGEST_FILE): Buffer {
  // Without waiting: opening a pipe would wait for somebody who writes.
  const handle = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  try {
    const stat = fs.fstatSync(handle);
    if (stat.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    if (!stat.isFile()) throw Object.assign(new Error('no file'), { code: 'ENXIO' });
    if (stat.size > most) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
    return fs.readFileSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Its text; null when it cannot be had. */
export function textOf(file: string): string | null {
  try {
    return sourceText(bytesOf(file));
  } catch {
    return null;
  }
}
