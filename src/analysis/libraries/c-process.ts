/** Processes, threads and memory: what ends the program, what runs elsewhere, what may fail between an open and its close. */

import type { Library } from '../flow/facts.js';

export const library: Library = {
  id: 'c-process',
  languages: ['c', 'cpp'],
  title: 'C library and POSIX processes',
  types: [],
  calls: [
    {
      name: ['exit', '_exit', '_Exit', 'quick_exit', 'abort', 'err', 'errx', 'verr', 'verrx', 'errc', '__assert_fail', '__builtin_trap', '__builtin_unreachable', 'longjmp', 'siglongjmp'],
      source: 'exit(3), _exit(2), abort(3), err(3), longjmp(3): do not return', exits: true,
    },
    {
      name: ['fatal', 'die', 'xdie', 'die_errno', 'perror_and_die', 'bb_error_msg_and_die', 'bb_perror_msg_and_die', 'bb_show_usage', 'panic', 'usage', 'fatal_error', 'error_exit', 'g_error', 'fatalx', 'sshfatal', 'fatal_fr', 'fatal_f', 'fatal_r', 'cleanup_exit', 'exit_error', 'errorexit', 'err_sys', 'err_quit', 'err_dump', 'unix_error', 'die_if_error'],
      source: 'names that programs give to a function that reports and exits (err_sys: Stevens, UNIX Network Programming, appendix D)', exits: true,
    },
    { name: ['execl', 'execlp', 'execle', 'execv', 'execvp', 'execve', 'execvpe', 'fexecve'], source: 'execve(2): returns only on failure, -1', on: { result: 0 }, neverReturns: true, fails: [{ results: ['=-1'] }] },
    { name: ['fork', 'vfork'], source: 'fork(2): the child has a copy of every descriptor; 0 in the child, -1 on failure', forks: true, ok: ['nonneg'], fails: [{ results: ['=-1'] }], step: { do: 'fork' } },
    { name: 'pthread_create', source: 'pthread_create(3): runs the third argument with the fourth; 0 or an error number', calls: { callee: { arg: 2 }, args: { from: 3 }, spawns: true }, ok: ['zero'], fails: [{ results: ['pos'] }] },
    { name: 'thrd_create', source: 'C11 7.26.5.1: runs the second argument with the third', calls: { callee: { arg: 1 }, args: { from: 2 }, spawns: true }, ok: ['zero'], fails: [{ results: ['pos'] }] },
    { name: ['malloc', 'calloc', 'strdup', 'strndup', 'aligned_alloc'], source: 'malloc(3), strdup(3): NULL on failure, hardly ever on Linux (malloc(3), NOTES: overcommit)', on: { result: 0 }, ok: ['full'], fails: [{ results: ['null'], how: 'rare' }] },
    { name: ['memcpy', 'memmove'], source: 'memcpy(3): the copy of a descriptor, or of what holds one, may be closed', on: { arg: 1 }, takes: true },
    { name: 'realloc', source: 'realloc(3): what the memory held, the new memory holds', passes: { arg: 0 }, ok: ['full'], fails: [{ results: ['null'], how: 'rare' }] },
    { name: ['free'], source: 'free(3): the memory goes, a descriptor in it stays open' },
    { name: ['alarm', 'ualarm', 'setitimer'], source: 'alarm(2), setitimer(2): a signal interrupts the next wait', on: { result: 0 }, blocks: { wait: 'poll', limit: { arg: 0 } } },
    { name: ['sleep'], source: 'sleep(3): seconds', on: { result: 0 }, blocks: { wait: 'sleep', limit: { arg: 0 } }, step: { do: 'sleep', for: { arg: 0 } } },
    { name: ['usleep'], source: 'usleep(3): microseconds', on: { result: 0 }, blocks: { wait: 'sleep', limit: { arg: 0 }, limitScale: 1e-6 }, step: { do: 'sleep', for: { arg: 0 }, forScale: 1e-6 } },
    {
      name: ['memset', 'memcmp', 'bzero', 'strlen', 'strcmp', 'strncmp', 'strcasecmp', 'strncasecmp', 'strerror', 'perror', 'printf', 'puts', 'syslog', 'snprintf', 'sprintf', 'vsnprintf', 'strcpy', 'strncpy', 'strcat', 'atoi', 'strtol', 'time', 'gettimeofday', 'clock_gettime', 'assert', 'warn', 'warnx'],
      source: 'C11 7.21 to 7.24, POSIX.1-2017: keep nothing they are given',
    },
  ],
};
