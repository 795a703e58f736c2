/** The same C program written differently has the same findings. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyser } from './support/analyser.js';

interface Family {
  name: string;
  /** Rule and certainty that every variant has, exactly. */
  findings: string[];
  variants: Record<string, string>;
}

const head = '#include <sys/socket.h>\n#include <unistd.h>\n\n';
const limit = '  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){ 5, 0 }, sizeof(struct timeval));\n';

const families: Family[] = [
  {
    name: 'connect fails before the descriptor is handed over',
    findings: ['close-skipped-on-error [likely]'],
    variants: {
      plain: `int dial(const struct sockaddr *a, socklen_t n) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd < 0) return -1;\n${limit}  if (connect(fd, a, n) < 0) return -1;\n  return fd;\n}\n`,
      renamed: `int open_link(const struct sockaddr *to, socklen_t size) {\n  int channel = socket(AF_INET, SOCK_STREAM, 0);\n  if (channel < 0) return -1;\n${limit.replace('(fd', '(channel')}  if (connect(channel, to, size) < 0) return -1;\n  return channel;\n}\n`,
      'assigned in the test': `int dial(const struct sockaddr *a, socklen_t n) {\n  int fd;\n  if ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1) return -1;\n${limit}  if (connect(fd, a, n) != 0) return -1;\n  return fd;\n}\n`,
      inverted: `int dial(const struct sockaddr *a, socklen_t n) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd >= 0) {\n${limit}    if (connect(fd, a, n) == 0) return fd;\n    return -1;\n  }\n  return -1;\n}\n`,
      'one exit': `int dial(const struct sockaddr *a, socklen_t n) {\n  int ret = -1;\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd < 0) goto out;\n${limit}  if (connect(fd, a, n) < 0) goto out;\n  ret = fd;\nout:\n  return ret;\n}\n`,
      'opening in a helper': `static int make(void) { return socket(AF_INET, SOCK_STREAM, 0); }\nint dial(const struct sockaddr *a, socklen_t n) {\n  int fd = make();\n  if (fd < 0) return -1;\n${limit}  if (connect(fd, a, n) < 0) return -1;\n  return fd;\n}\n`,
      'connect in a helper': `static int join(int s, const struct sockaddr *a, socklen_t n) { return connect(s, a, n); }\nint dial(const struct sockaddr *a, socklen_t n) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd < 0) return -1;\n${limit}  if (join(fd, a, n) < 0) return -1;\n  return fd;\n}\n`,
      'a macro that returns': `#define CHECK(x) do { if ((x) < 0) return -1; } while (0)\nint dial(const struct sockaddr *a, socklen_t n) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  CHECK(fd);\n${limit}  CHECK(connect(fd, a, n));\n  return fd;\n}\n`,
      copied: `int dial(const struct sockaddr *a, socklen_t n) {\n  int s = socket(AF_INET, SOCK_STREAM, 0), fd = s;\n  if (s < 0) return -1;\n${limit}  if (connect(fd, a, n) < 0) return -1;\n  return s;\n}\n`,
    },
  },
  {
    name: 'closed on every way out',
    findings: [],
    variants: {
      plain: `int dial(const struct sockaddr *a, socklen_t n) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd < 0) return -1;\n${limit}  if (connect(fd, a, n) < 0) { close(fd); return -1; }\n  return fd;\n}\n`,
      'close in a helper': `static void done(int s) { shutdown(s, SHUT_RDWR); close(s); }\nint dial(const struct sockaddr *a, socklen_t n) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd < 0) return -1;\n${limit}  if (connect(fd, a, n) < 0) { done(fd); return -1; }\n  return fd;\n}\n`,
      'close in a macro': `#define DONE(s) do { if ((s) >= 0) close(s); (s) = -1; } while (0)\nint dial(const struct sockaddr *a, socklen_t n) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd < 0) return -1;\n${limit}  if (connect(fd, a, n) < 0) DONE(fd);\n  return fd;\n}\n`,
      'a success flag': `int dial(const struct sockaddr *a, socklen_t n) {\n  int ok = 0;\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd < 0) return -1;\n${limit}  if (connect(fd, a, n) == 0) ok = 1;\n  if (!ok) { close(fd); fd = -1; }\n  return fd;\n}\n`,
      'a closing label': `int dial(const struct sockaddr *a, socklen_t n) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd < 0) return -1;\n${limit}  if (connect(fd, a, n) < 0) goto fail;\n  return fd;\nfail:\n  close(fd);\n  return -1;\n}\n`,
      'through a pointer': `static void done(int *s) { if (*s >= 0) close(*s); *s = -1; }\nint dial(const struct sockaddr *a, socklen_t n) {\n  int fd = socket(AF_INET, SOCK_STREAM, 0);\n  if (fd < 0) return -1;\n${limit}  if (connect(fd, a, n) < 0) done(&fd);\n  return fd;\n}\n`,
    },
  },
  {
    name: 'the end of the stream is ignored',
    findings: ['eof-without-close [certain]'],
    variants: {
      plain:
        'void serve(int l) {\n  char b[9];\n  struct timeval t = { 9, 0 };\n  int fd = accept(l, 0, 0);\n  if (fd < 0) ' +
        'return;\n  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);\n  for (;;) {\n    int n = read(fd, b, sizeof ' +
        'b);\n    if (n < 0) break;\n    use(b, 3);\n  }\n  close(fd);\n}\n',
      'read in the test':
        'void serve(int l) {\n  char b[9];\n  struct timeval t = { 9, 0 };\n  int n, fd = accept(l, 0, 0);\n  if (fd < 0) ' +
        'return;\n  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);\n  while ((n = read(fd, b, sizeof b)) >= 0)\n    ' +
        'use(b, 3);\n  close(fd);\n}\n',
      'reading in a helper':
        'static int take(int s, char *b, int n) { return read(s, b, n); }\nvoid serve(int l) {\n  char b[9];\n  struct ' +
        'timeval t = { 9, 0 };\n  int fd = accept(l, 0, 0);\n  if (fd < 0) return;\n  setsockopt(fd, SOL_SOCKET, ' +
        'SO_RCVTIMEO, &t, sizeof t);\n  for (;;) {\n    int n = take(fd, b, 9);\n    if (n < 0) break;\n    use(b, 3);\n  ' +
        '}\n  close(fd);\n}\n',
      'the limit in a helper':
        'static void probe(int s) { struct timeval t = { 9, 0 }; setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t); ' +
        '}\nvoid serve(int l) {\n  char b[9];\n  int fd = accept(l, 0, 0);\n  if (fd < 0) return;\n  probe(fd);\n  for (;;) ' +
        '{\n    int n = read(fd, b, sizeof b);\n    if (n == -1) break;\n    use(b, 3);\n  }\n  close(fd);\n}\n',
    },
  },
];

for (const family of families) {
  describe(`C: ${family.name}`, () => {
    for (const [name, source] of Object.entries(family.variants)) {
      it(name, async () => {
        const { findings } = (await analyser()).analyse(head + source, 'c');
        const seen = findings
          .filter((finding) => finding.certainty !== 'possible')
          .map((finding) => `${finding.rule} [${finding.certainty}]`);
        assert.deepEqual([...new Set(seen)], family.findings);
      });
    }
  });
}
