/** Streams over a descriptor: fdopen(3) and what follows. */

import type { CallFact, Library } from '../flow/facts.js';

const type = 'stdio.FILE';

const reading = (name: string, last: number): CallFact => ({
  name,
  source: 'fgets(3), fread(3), getline(3): NULL, 0 or -1 at the end of the stream and on errors',
  on: { arg: last },
  blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] },
  step: { do: 'recv' },
  ...(name.includes('fgets')
    ? { ok: ['full'], eof: { results: ['null'] } }
    : name === 'fread'
      ? { ok: ['pos'], eof: { results: ['zero'] } }
      : { ok: ['nonneg'], eof: { results: ['neg'] } }),
});

const writing = (name: string[], at: number): CallFact => ({
  name,
  source: 'fprintf(3), fwrite(3), fputs(3), fflush(3)',
  on: { arg: at },
  step: { do: 'send' },
});

export const library: Library = {
  id: 'c-stdio',
  languages: ['c', 'cpp'],
  title: 'C streams over a socket',
  types: [{ name: type, source: 'fclose(3)', onDrop: 'never' }],
  calls: [
    {
      name: 'fdopen',
      source: 'fdopen(3): the stream owns the descriptor, fclose() closes it; NULL on failure and the descriptor stays',
      wraps: { type },
      ok: ['full'],
      fails: [{ results: ['null'] }],
    },
    {
      name: ['fclose', 'pclose'],
      source: 'fclose(3): closes the underlying descriptor, also when it reports an error',
      closes: true,
      step: { do: 'close' },
    },
    { name: ['fileno', 'fileno_unlocked'], source: 'fileno(3)', passes: { arg: 0 } },
    { name: ['feof', 'ferror'], source: 'ferror(3)', asksEnd: true },
    {
      name: ['setvbuf', 'setbuf', 'setlinebuf', 'clearerr', 'fseek', 'rewind', 'ungetc', 'flockfile', 'funlockfile'],
      source: 'setbuf(3), ferror(3)',
    },
    reading('fgets', 2),
    reading('fread', 3),
    reading('fgetc', 0),
    reading('getc', 0),
    reading('getline', 2),
    reading('getdelim', 3),
    reading('fscanf', 0),
    writing(['fprintf', 'vfprintf', 'fflush'], 0),
    writing(['fputs', 'fputc', 'putc'], 1),
    writing(['fwrite'], 3),
  ],
};
