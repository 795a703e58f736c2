/** A method of an interface is that of the one class that stands behind it, in whatever file that is. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sourcesOf } from '../../../src/analysis/project/sources.js';
import { Store } from '../../../src/analysis/project/store.js';
import { analyser } from '../support/analyser.js';
import { findings } from '../support/project-findings.js';

const go = {
  'go.mod': 'module example.org/app\n\ngo 1.21\n',
  'app/registry.go': 'package app\n\nimport "net"\n\ntype Registry interface {\n\tEnlist(name string, conn net.Conn) error\n}\n',
  'app/use.go': [
    'package app',
    '',
    'import "net"',
    '',
    'func use(registry Registry, addr string) error {',
    '\tconn, err := net.Dial("tcp", addr)',
    '\tif err != nil {',
    '\t\treturn err',
    '\t}',
    '\treturn registry.Enlist("a", conn)',
    '}',
    '',
  ].join('\n'),
  'greet/greeter.go': [
    'package greet',
    '',
    'import "net"',
    '',
    'type Greeter struct{ greeted int }',
    '',
    'func (g *Greeter) Enlist(name string, conn net.Conn) error {',
    '\tg.greeted++',
    '\t_, err := conn.Write([]byte(name))',
    '\treturn err',
    '}',
    '',
  ].join('\n'),
};
const second = (name: string): string =>
  lines(
    'package greet',
    '',
    'import "net"',
    '',
    `type ${name} struct{}`,
    '',
    `func (k *${name}) Enlist(name string, conn net.Conn) error {`,
    '\treturn conn.Close()',
    '}',
  );

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}

describe('interfaces', () => {
  it('Go: whatever has the methods', async () => {
    assert.deepEqual(await findings(go), ['app/use.go:6 missing-close likely']);
  });
  it('a double for tests stands behind nothing', async () => {
    assert.deepEqual(await findings({ ...go, 'greet/mock.go': second('MockRegistry') }), ['app/use.go:6 missing-close likely']);
  });
  it('of two nobody knows which', async () => {
    assert.deepEqual(await findings({ ...go, 'greet/keeper.go': second('Keeper') }), []);
  });
  it('a second one that comes and goes is noticed', async () => {
    const files: Record<string, string> = { ...go };
    const project = (await analyser()).openProject(sourcesOf(files));
    const store = new Store(project, () => ({}));
    const told = (): string[] => store.of('app/use.go').findings.map(({ rule }) => rule);
    store.refresh(project.paths);
    assert.deepEqual(told(), ['missing-close']);
    files['greet/greeter.go'] = `${go['greet/greeter.go']}\n${second('Keeper').split('\n').slice(4).join('\n')}`;
    store.refresh(['greet/greeter.go']);
    assert.deepEqual(told(), []);
    files['greet/greeter.go'] = go['greet/greeter.go'];
    store.refresh(['greet/greeter.go']);
    assert.deepEqual(told(), ['missing-close']);
    project.dispose();
  });
  it('Java: who implements it', async () => {
    const head = ['package a;', 'import java.io.IOException;', 'import java.net.Socket;'];
    const files = {
      'a/Registry.java': lines(
        ...head,
        'public interface Registry {',
        '  void enlist(String name, Socket socket) throws IOException;',
        '}',
      ),
      'a/Greeter.java': lines(
        ...head,
        'public class Greeter implements Registry {',
        '  public void enlist(String name, Socket socket) throws IOException {',
        '    socket.getOutputStream().write(name.getBytes());',
        '  }',
        '}',
      ),
      'a/Use.java': lines(
        ...head,
        'class Use {',
        '  private final Registry registry;',
        '  Use(Registry registry) { this.registry = registry; }',
        '  void go(String host) throws IOException {',
        '    Socket s = new Socket(host, 80);',
        '    registry.enlist(host, s);',
        '  }',
        '}',
      ),
    };
    const found = await findings(files);
    assert.deepEqual(
      found.filter((one) => one.includes('missing-close')),
      ['a/Use.java:8 missing-close likely'],
    );
  });
  it('Python, C#, C++: who derives from it', async () => {
    const python = lines(
      'import abc',
      'import socket',
      '',
      '',
      'class Registry(abc.ABC):',
      '    @abc.abstractmethod',
      '    def enlist(self, name, sock):',
      '        ...',
      '',
      '',
      'class Greeter(Registry):',
      '    def enlist(self, name, sock):',
      '        sock.sendall(name.encode())',
      '',
      '',
      'def go(registry: Registry, host):',
      '    s = socket.create_connection((host, 80), timeout=3)',
      '    registry.enlist(host, s)',
    );
    const csharp = lines(
      'using System.Net.Sockets;',
      'public interface IRegistry { void Enlist(string name, TcpClient client); }',
      'public class Greeter : IRegistry {',
      '  public void Enlist(string name, TcpClient client) { client.GetStream().WriteByte(1); }',
      '}',
      'public class Use {',
      '  public void Go(IRegistry registry, string host) {',
      '    var c = new TcpClient(host, 80);',
      '    registry.Enlist(host, c);',
      '  }',
      '}',
    );
    const cpp = lines(
      '#include <sys/socket.h>',
      'class Registry {',
      ' public:',
      '  virtual void add(int fd) = 0;',
      '};',
      'class Greeter : public Registry {',
      ' public:',
      '  void add(int fd) override { send(fd, "a", 1, 0); }',
      '};',
      'int go(Registry &registry) {',
      '  int fd = socket(AF_INET, SOCK_STREAM, 0);',
      '  if (fd < 0) return -1;',
      '  registry.add(fd);',
      '  return 0;',
      '}',
    );
    const found = await findings({ 'a.py': python, 'A.cs': csharp, 'a.cpp': cpp });
    assert.deepEqual(
      found.filter((one) => one.includes('missing-close')),
      ['A.cs:8 missing-close likely', 'a.cpp:11 missing-close likely', 'a.py:17 missing-close likely'],
    );
  });
});
