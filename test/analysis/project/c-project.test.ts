/** C: names of a linker, and what headers give. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findings } from '../support/project-findings.js';

const dial = `#include "net.h"
int dial(const struct sockaddr *a, socklen_t n)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return NET_FAILED;
    if (connect(fd, a, n) != 0) {
        close(fd);
        return NET_FAILED;
    }
    return fd;
}

void
hang_up(int fd)
{
    close(fd);
}
`;
const header = `#ifndef NET_H
#define NET_H
enum { NET_FAILED = -1 };
#define CHECK(x, r) do { if (!(x)) return (r); } while (0)
void bail(const char *why) __attribute__((noreturn));
int dial(const struct sockaddr *a, socklen_t n);
void hang_up(int fd);
#endif
`;
const client = (body: string): Record<string, string> => ({
  'src/net.c': dial,
  'src/net.h': header,
  'src/client.c': `#include "net.h"
int ask(const struct sockaddr *a, socklen_t n)
{
    int fd = dial(a, n);
    if (fd == NET_FAILED)
        return -1;
${body}    hang_up(fd);
    return 0;
}
`,
});

describe('C: from file to file', () => {
  it('opened in one file, lost in another', async () => {
    assert.deepEqual(await findings(client('    if (write(fd, "x", 1) < 0)\n        return -1;\n')), [
      'src/client.c:4 close-skipped-on-error likely',
    ]);
  });
  it('closed by a function of another file', async () => {
    assert.deepEqual(await findings(client('    if (write(fd, "x", 1) < 0) {\n        hang_up(fd);\n        return -1;\n    }\n')), []);
  });
  it('a return hidden in a macro of a header', async () => {
    assert.deepEqual(await findings(client('    CHECK(write(fd, "x", 1) == 1, -1);\n')), ['src/client.c:4 close-skipped-on-error likely']);
  });
  it('a function that a header declares never to return', async () => {
    assert.deepEqual(await findings(client('    if (write(fd, "x", 1) < 0)\n        bail("write");\n')), []);
  });
  it('a static function stays in its file', async () => {
    const files = client('    if (finish(fd) < 0)\n        return -1;\n');
    const other = 'static int finish(int fd)\n{\n    close(fd);\n    return -1;\n}\nint used(int fd) { return finish(fd); }\n';
    assert.deepEqual(await findings({ ...files, 'src/other.c': other }), ['src/client.c:4 close-skipped-on-error likely']);
    assert.deepEqual(await findings({ ...files, 'src/other.c': other.replace('static ', '') }), []);
  });
  it('an object that another file makes is known to nobody else, one that it finds is', async () => {
    const body = '    struct session *s = session_get();\n    s->fd = fd;\n    if (write(fd, "x", 1) < 0)\n        return -1;\n';
    const give = (how: string): string => `struct session *session_get(void)\n{\n    struct session *s = ${how};\n    return s;\n}\n`;
    assert.deepEqual(await findings({ ...client(body), 'src/session.c': give('malloc(8)') }), [
      'src/client.c:4 close-skipped-on-error likely',
    ]);
    assert.deepEqual(await findings({ ...client(body), 'src/session.c': give('sessions[0]') }), []);
  });
  it('of two programs each has its own', async () => {
    const files = client('    if (finish(fd) < 0)\n        return -1;\n');
    const [keeps, closes] = [
      'int finish(int fd)\n{\n    return write(fd, "x", 1);\n}\n',
      'int finish(int fd)\n{\n    close(fd);\n    return -1;\n}\n',
    ];
    assert.deepEqual(await findings({ ...files, 'src/finish.c': keeps, 'tests/finish.c': closes }), [
      'src/client.c:4 close-skipped-on-error likely',
    ]);
  });
});
