/** Long runs of one character, as minified and hostile files have them, are read once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Analyser } from '../../src/analysis/analyse.js';
import { beginsProgram } from '../../src/diagnosis/candidates/commands.js';
import type { SourceFile } from '../../src/diagnosis/candidates/program.js';
import { analyser } from './support/analyser.js';

/** Read again from each place, these take minutes. */
const RUN = 300_000;
const MOST_SECONDS = 15;

function inTime(what: string, run: () => void): void {
  // Of the processor: a wall clock also tells what else the machine does.
  const began = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(began);
  const took = (user + system) / 1e6;
  assert.ok(took < MOST_SECONDS, `${what}: ${took.toFixed(1)} s`);
}

test('empty lines in front of where a program begins', () => {
  for (const language of ['c', 'cpp', 'rust', 'go']) {
    const text = `${'\n'.repeat(RUN)}x`;
    inTime(language, () => assert.equal(beginsProgram({ language, text } as SourceFile), false));
    const begins = { c: 'int main(', cpp: '  void main(', rust: '  async fn main()', go: 'func main()' }[language] ?? '';
    assert.equal(beginsProgram({ language, text: `\n\n${begins}` } as SourceFile), true);
  }
});

for (const language of Analyser.languages()) {
  test(`comments of ${language.title} that are mostly spaces`, async () => {
    const one = await analyser();
    const [open, close] = language.id === 'python' ? ['# ', ''] : ['/*', '*/'];
    const text = `${open}${' '.repeat(RUN)}x${close}\n${open} ${'* '.repeat(1000)}${close}\n`;
    inTime(language.id, () => assert.deepEqual(one.analyse(text, language.id).findings, []));
  });
}

test('a bundle on one line, in a wrapper that holds all its functions', async () => {
  const one = await analyser();
  const count = 3000;
  const functions = Array.from(
    { length: count },
    (_, i) => `v${i}=function(e,t){e.push(v${(i + 1) % count}.a(t));v${(i * 7) % count}.b(e)}`,
  );
  const text = `!function(){var ${functions.join(',')};require("net").connect(1)}();`;
  inTime('javascript', () => assert.deepEqual(one.analyse(text, 'javascript').problems, []));
});

test('names of a hundred thousand letters', async () => {
  const one = await analyser();
  const name = 'n'.repeat(100_000);
  const texts: Record<string, string> = {
    python: `import socket\ndef ${name}(h):\n    s = socket.socket()\n    s.connect((h, 80))\nclass C:\n    def f(self, h):\n        self.${name} = socket.create_connection((h, 1))\n`,
    javascript: `const net = require('net');\nfunction f(h) { const ${name} = net.connect(80, h); ${name}.write('a'); }\nlet ${name}2 = net.connect(1);\n`,
    go: `package p\nimport "net"\nfunc ${name}(h string) { c, err := net.Dial("tcp", h); if err != nil { return }; c.Write(nil) }\n`,
    c: `#include <sys/socket.h>\nint f(void) { int ${name} = socket(2, 1, 0); if (${name} < 0) return 1; return connect(${name}, 0, 0); }\n`,
    cpp: `#include <sys/socket.h>\nstruct S { int ${name}; void f() { ${name} = socket(2, 1, 0); connect(${name}, 0, 0); } };\n`,
    java: `import java.net.*;\nclass C { void f(String h) throws Exception { Socket ${name} = new Socket(h, 1); ${name}.getOutputStream().write(1); } }\n`,
    csharp: `using System.Net.Sockets;\nclass C { void f(string h) { var ${name} = new TcpClient(h, 1); ${name}.Client.Send(new byte[1]); } }\n`,
    rust: `use std::net::TcpStream;\nfn ${name}(h: &str) { let ${name}1 = TcpStream::connect(h).unwrap(); std::mem::forget(${name}1); }\n`,
  };
  for (const [language, text] of Object.entries(texts))
    inTime(language, () => {
      const { problems, connections } = one.analyse(text, language);
      assert.deepEqual(problems, [], language);
      assert.ok(connections.length > 0, language);
    });
});

test('thousands of functions that give connections, each asked who calls it', async () => {
  const one = await analyser();
  const functions = Array.from({ length: 2500 }, (_, i) => `def open_connection_${i}(h):\n    return socket.create_connection((h, 80))\n`);
  inTime('python', () => assert.deepEqual(one.analyse(`import socket\n${functions.join('')}`, 'python').problems, []));
});
