/**
 * C programs become part of a driver that calls the function with arguments made by their types; functions that nobody defines return 0.
 */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Prepared } from './execute.js';

export function prepareC(text: string, name: string, fn: string, dir: string): Prepared {
  const head = new RegExp(`^([\\w \\t*]*?)\\b${fn}\\(([^)]*)\\)([^;{]*)\\{`, 'm').exec(text);
  if (!head) return { reason: `no definition of ${fn} at the margin` };
  const parameters = parametersOf(head[2] ?? '', head[3] ?? '');
  const values = parameters.map((one) => valueOf(text, one));
  const missing = parameters.find((_, index) => values[index] === null);
  if (missing) return { reason: `no argument \`${missing}\` can be made` };
  writeFileSync(path.join(dir, path.basename(name)), text);
  const call = `${fn}(${values.join(', ')})`;
  const type = (head[1] ?? '').replace(/\b(static|inline|extern)\b/g, '').trim();
  const kind = type === '' ? 'int' : type.includes('*') ? 'pointer' : type;
  const main =
    kind === 'void'
      ? `${call};\n    said = "returns";`
      : kind === 'pointer'
        ? `said = ${call} ? "gives something" : "gives NULL";`
        : `given = (long)${call};\n    said = "gives";`;
  writeFileSync(path.join(dir, 'driver.c'), driverOf(path.basename(name), main));
  return build(dir, 'gcc', 'driver.c');
}

/** The driver's text around what it is to do. */
export function driverOf(program: string, body: string): string {
  return TEMPLATE.replace('PROGRAM', program).replace('BODY', body);
}

/** Compiles and links a driver. */
export function build(dir: string, compiler: 'gcc' | 'g++', driver: string): Prepared {
  const gcc = (args: readonly string[]): { status: number | null; stderr: string } =>
    spawnSync(compiler, ['-w', '-g', ...args], { cwd: dir, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  const compiled = gcc(['-c', driver]);
  if (compiled.status !== 0)
    return { reason: `does not build: ${/(?:fatal )?error: .*/.exec(compiled.stderr)?.[0]?.slice(0, 120) ?? 'unknown'}` };
  const link = (extra: readonly string[]): { status: number | null; stderr: string } =>
    gcc(['driver.o', ...extra, '-o', 'program', '-lpthread']);
  let linked = link([]);
  const undefined_ = [...new Set([...linked.stderr.matchAll(/undefined reference to `(\w+)'/g)].map((match) => match[1]))];
  if (undefined_.some((name) => name?.startsWith('SSL_'))) return { reason: 'needs a TLS library' };
  if (linked.status !== 0) {
    writeFileSync(path.join(dir, 'stand-ins.c'), undefined_.map((name) => `long ${name}() { return 0; }\n`).join(''));
    linked = link(['stand-ins.c']);
  }
  return linked.status === 0 ? { command: [path.join(dir, 'program')], cwd: dir } : { reason: 'does not link' };
}

/** Parameters with their types, of old-style definitions as well. */
function parametersOf(list: string, declarations: string): string[] {
  const names = list
    .split(',')
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter((part) => part !== '' && part !== 'void');
  if (!declarations.includes(';') && declarations.trim() === '') return names;
  const declared = declarations
    .split(';')
    .flatMap((one) => {
      const [first = '', ...more] = one.trim().split(',');
      const base = first.replace(/\**\w+$/, '').trim();
      return [first.trim(), ...more.map((name) => `${base} ${name.trim()}`)];
    })
    .filter((one) => one.trim() !== '');
  return names.map((name) => declared.find((one) => new RegExp(`\\b${name}$`).test(one)) ?? name);
}

/** An expression for a parameter, null when nobody can make one here. */
export function valueOf(text: string, parameter: string): string | null {
  const name = /(\w+)(\[\d*\])?$/.exec(parameter)?.[1] ?? '';
  const type = parameter
    .slice(0, parameter.lastIndexOf(name))
    .replace(/\bconst\b/g, '')
    .replace(/\s+/g, '');
  if (type === 'int' && new RegExp(`\\baccept4?\\s*\\(\\s*${name}\\b`).test(text)) return 'listening()';
  if (type === 'int' && /fd$|^(sock|conn|client|s)$/.test(name)) return 'connected()';
  if (/port/.test(name)) return type === 'char*' ? 'getenv("CLOSEWAIT_PORT")' : 'port()';
  if (type === 'char*') return /host|name|address/.test(name) ? '"127.0.0.1"' : '"hello"';
  if (type === 'structsockaddr*') return '(struct sockaddr *)address()';
  if (type === 'structsockaddr_in*') return 'address()';
  if (type === 'socklen_t') return 'sizeof(struct sockaddr_in)';
  if (type === 'int*') return 'numbers';
  if (/^(size_t|unsigned|long|unsignedint)$/.test(type)) return '5';
  if (/^(int|bool|_Bool|short)$/.test(type)) return 'flagged()';
  const own = /^struct(\w+)\*$/.exec(type)?.[1];
  return own && new RegExp(`struct ${own}\\s*\\{`).test(text) ? `calloc(1, sizeof(struct ${own}))` : null;
}

const TEMPLATE = `#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int callers_given;

static int three_callers(int listener, struct sockaddr *from, socklen_t *length)
{
    if (callers_given >= 3) {
        errno = EINVAL;
        return -1;
    }
    callers_given++;
    return accept(listener, from, length);
}
#define accept(l, a, n) three_callers(l, a, n)

#include "PROGRAM"

#undef accept
#undef close
static int made[4], made_count, numbers[16];

static int port(void) { return atoi(getenv("CLOSEWAIT_PORT")); }
static int flag_asked;
static int flagged(void) { flag_asked = 1; return atoi(getenv("CLOSEWAIT_FLAG")); }

static struct sockaddr_in *address(void)
{
    static struct sockaddr_in at;
    at.sin_family = AF_INET;
    at.sin_port = htons(port());
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return &at;
}

static int listening(void)
{
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval limit = { 1, 0 };
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (bind(fd, (struct sockaddr *)address(), sizeof(struct sockaddr_in)) < 0 || listen(fd, 16) < 0)
        exit(9);
    return made[made_count++] = fd;
}

static int connected(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)address(), sizeof(struct sockaddr_in)) < 0) {
        dprintf(3, "RESULT {\\"callable\\": false, \\"said\\": \\"arguments cannot be made\\", \\"before\\": 0, \\"after\\": 0}\\n");
        exit(0);
    }
    return made[made_count++] = fd;
}

static int descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

int main(void)
{
    long given = 0;
    const char *said = "";
    struct stat what;
    struct timespec pause = { 0, 20000000 };
    int before, i;
    signal(SIGPIPE, SIG_IGN);
    before = descriptors();
    BODY
    for (i = 0; i < 20 && descriptors() > before + made_count; i++)
        nanosleep(&pause, NULL);
    for (i = 0; i < made_count; i++)
        close(made[i]);
    fflush(stdout);
    if (given > 2 && fstat((int)given, &what) == 0 && S_ISSOCK(what.st_mode)) {
        close((int)given); /* what is handed out is the caller's to close */
        said = "gives a socket";
        given = 0;
    }
    dprintf(3, "RESULT {\\"said\\": \\"%s %ld\\", \\"before\\": %d, \\"after\\": %d, \\"flagged\\": %s}\\n", said, given, before, descriptors(), flag_asked ? "true" : "false");
    return 0;
}
`;
