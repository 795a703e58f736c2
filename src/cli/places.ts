/** Links in a workspace must not lead out of it: neither what is read by a name that stands in it, nor what is written. */

import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Does a path that is named as one below `folder` lie elsewhere in truth? Paths that are named as others' are the user's own choice.
 * What does not exist yet lies where its folder does; a link to what does not exist leads out.
 */
export function leadsOut(place: string, folder = ''): boolean {
  const root = path.resolve(folder);
  const named = path.resolve(root, place);
  return isBelow(named, root) && !isBelow(realPlace(named), fs.realpathSync(root));
}

/** Makes a folder with those above it. Node's own `recursive` never ends where a file system refuses with "no such file" (/proc). */
export function makeFolder(place: string): void {
  const folder = path.resolve(place);
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    const above = path.dirname(folder);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && fs.statSync(folder).isDirectory()) return;
    if (code === 'EEXIST') throw new Error('is a file, not a folder');
    if (code !== 'ENOENT' || fs.existsSync(above)) throw error;
    makeFolder(above);
    fs.mkdirSync(folder);
  }
}

/** No draft may stand beside, though the file itself may take the text: its folder is read-only, it is mounted. */
const NO_ROOM_BESIDE = ['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV'];

/** Writes a file beside and puts it in place, of a link or a pipe, too (nobody may read that): on a full disk it stays as it was. */
export function writeWhole(file: string, text: string): void {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat?.isCharacterDevice()) return fs.writeFileSync(file, text);
  const draft = `${file}.${process.pid}.${randomUUID()}`;
  try {
    fs.writeFileSync(draft, text, { flag: 'wx', mode: stat?.isFile() ? stat.mode & 0o777 : 0o666 });
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    if (!stat?.isFile() || !NO_ROOM_BESIDE.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    fs.writeFileSync(file, text);
  }
}

/** Throws with a cause that `causeOf` words. */
export function refuseLeadingOut(place: string): void {
  if (leadsOut(place)) throw Object.assign(new Error('leads out'), { code: 'EXDEV' });
}

function realPlace(named: string): string {
  try {
    return fs.realpathSync(named);
  } catch {
    const isLink = fs.lstatSync(named, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return isLink ? path.parse(named).root : path.join(realPlace(path.dirname(named)), path.basename(named));
  }
}

function isBelow(place: string, folder: string): boolean {
  const relative = path.relative(folder, place);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
