/** C++: functions that stand in C files, classes whose declaration stands in a header. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analyseProject } from '../../../src/analysis/project/rounds.js';
import { sourcesOf } from '../../../src/analysis/project/sources.js';
import { analyser } from '../support/analyser.js';

/** `path:line rule` of each finding. */
async function findings(files: Record<string, string>, certainties: readonly string[] = []): Promise<string[]> {
  const project = (await analyser()).openProject(sourcesOf(files));
  const found = analyseProject(project).flatMap(([path, { findings: all }]) =>
    all
      .filter(({ certainty }) => certainties.length === 0 || certainties.includes(certainty))
      .map((one) => `${path}:${one.range.startLine} ${one.rule}`),
  );
  project.dispose();
  return found;
}

describe('C++ projects', () => {
  const caller = (name: string): string => `#include <sys/socket.h>
extern "C" void ${name}(int fd);
void once(const sockaddr *to, socklen_t length)
{
    int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return;
    ::connect(fd, to, length);
    ${name}(fd);
}
`;

  it('a function of a C file closes it', async () => {
    const files = { 'finish.c': 'void finish(int fd) { close(fd); }\n', 'once.cpp': caller('finish') };
    assert.deepEqual(await findings(files), []);
  });

  it('of classes of one name in several folders that of the folder', async () => {
    const socket = (accept: string, body: string): string =>
      `#include <sys/socket.h>\nclass Socket {\n public:\n  explicit Socket(int fd) : fd_(fd) {}\n  ~Socket();\n  ${accept};\n  int fd_ = -1;\n};\n` +
      `Socket::~Socket() { if (fd_ != -1) ::close(fd_); }\n${body}\n`;
    const files = {
      'first/socket.cpp': socket(
        'int Accept(Address *from)',
        'int Socket::Accept(Address *from) { return ::accept(fd_, nullptr, nullptr); }',
      ),
      'first/acceptor.cpp':
        'class Acceptor {\n public:\n  void Run();\n  Socket *socket_;\n};\n' +
        'void Acceptor::Run()\n{\n    Address *from = new Address();\n    Socket client{socket_->Accept(from)};\n    delete from;\n}\n',
      'second/socket.cpp': socket(
        'bool Accept(int &fd)',
        'bool Socket::Accept(int &fd) { fd = ::accept(fd_, nullptr, nullptr); return fd != -1; }',
      ),
      'second/acceptor.cpp':
        'class Acceptor {\n public:\n  bool Run();\n  Socket *socket_;\n};\n' +
        'bool Acceptor::Run()\n{\n    int client = -1;\n    if (!socket_->Accept(client))\n        return false;\n    return true;\n}\n',
    };
    assert.deepEqual(await findings(files, ['certain', 'likely']), ['second/acceptor.cpp:9 missing-close']);
  });

  it('a function of a C file forgets it', async () => {
    const files = { 'forget.c': 'void forget(int fd) { write(fd, "x", 1); }\n', 'once.cpp': caller('forget') };
    assert.deepEqual(await findings(files), ['once.cpp:5 missing-close']);
  });

  it('a name that a header gives a class of the file', async () => {
    const files = {
      'link.h': '#pragma once\ntypedef struct link_s link_t;\n',
      'link.cpp':
        '#include "link.h"\nstruct link_s {\n int fd = -1;\n ~link_s() { if (fd >= 0) close(fd); }\n};\n' +
        'static int run(link_t *link) { link->fd = ::socket(AF_INET, SOCK_STREAM, 0); return link->fd; }\n' +
        'int once() {\n link_t link;\n return run(&link);\n}\n',
    };
    assert.deepEqual(await findings(files), []);
  });

  it('of two functions of one name that of the right number of arguments', async () => {
    const files = {
      'link.cpp':
        'struct link_s { int fd = -1; ~link_s() { if (fd >= 0) close(fd); } };\n' +
        'int ask(link_s *link, int n) { link->fd = ::socket(AF_INET, SOCK_STREAM, 0); return n; }\n' +
        'int ask(int n) { link_s link; return ask(&link, n); }\nint twice(int n) { return ask(n); }\n',
      'once.cpp': 'struct other { int fd; };\nint ask(other *o);\nint once() { other o; return ask(&o); }\n',
    };
    assert.deepEqual(await findings(files), []);
  });

  it('of two functions of a class of another file nobody knows which is called', async () => {
    const files = {
      'engine.h': 'class Export Engine {\npublic:\n static int shut(Handler *one);\n static int shut(int fd);\n};\n',
      'engine.cpp': 'int Engine::shut(Handler *one) { return 0; }\nint Engine::shut(int fd) { return close(fd); }\n',
      'once.cpp':
        '#include "engine.h"\nbool once() {\n int fd = ::socket(AF_INET, SOCK_STREAM, 0);\n' +
        ' if (fd < 0) return false;\n Engine::shut(fd);\n return true;\n}\n',
    };
    assert.deepEqual(await findings(files), []);
  });

  const header = (close: string): string => `#pragma once
class tcp_link {
public:
    bool open(const sockaddr *to, socklen_t length);
    ${close}
private:
    int fd_ = -1;
};
`;
  const body = `#include "tcp_link.hpp"
bool tcp_link::open(const sockaddr *to, socklen_t length)
{
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    return fd_ >= 0 && ::connect(fd_, to, length) == 0;
}
`;

  it('a class in small letters, declared in a header, that nobody closes', async () => {
    assert.deepEqual(await findings({ 'tcp_link.hpp': header(''), 'tcp_link.cpp': body }), ['tcp_link.cpp:4 missing-close']);
  });

  it('the same with a destructor', async () => {
    const files = { 'tcp_link.hpp': header('~tcp_link() { ::close(fd_); }'), 'tcp_link.cpp': body };
    assert.deepEqual(await findings(files), []);
  });
});
