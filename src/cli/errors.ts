/** Why a path cannot be used, in words: never a bare code of the system. */

const CAUSES: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'is in use',
  EFBIG: 'larger than 64 MB',
  EEXIST: 'exists already',
  EISDIR: 'is a folder, not a file',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a part of the path is not a folder',
  ENXIO: 'is a socket or a device, not a file',
  EXDEV: 'a symbolic link leads out of this folder',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
};

/** The cause alone; who reports it names the path. */
export function causeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (code in CAUSES) return CAUSES[code] ?? '';
  const message = error instanceof Error ? error.message : String(error);
  // Node's own: `EIO: i/o error, read '/the/path'`.
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
