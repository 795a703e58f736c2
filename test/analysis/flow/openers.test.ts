/** Which texts are looked into at all: words of openings where code can say them, not where prose or other names do. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FactIndex } from '../../../src/analysis/flow/fact-index.js';
import { LANGUAGES } from '../../../src/analysis/languages/generated.js';
import { LIBRARIES } from '../../../src/analysis/libraries/generated.js';

function factsOf(id: string): FactIndex {
  const language = LANGUAGES.find((one) => one.id === id);
  assert.ok(language);
  return new FactIndex(
    LIBRARIES.filter(({ languages }) => languages.includes(language.family ?? id)),
    language,
  );
}

const looked: [language: string, text: string][] = [
  ['python', 'import socket\ns = socket.socket()\n'],
  ['python', 'from .compat import requests\n\ndef f(u):\n    return requests.get(u)\n'],
  ['python', 'from .compat import (\n    requests,\n)\n\nfetch = requests\n\ndef f(u):\n    return fetch.get(u)\n'],
  ['python', 'def serve(listener):\n    return listener.accept()\n'],
  ['python', 'def serve(listener):\n    return (listener\n        .accept())\n'],
  ['go', 'package p\n\nimport (\n\t"net"\n)\n\nfunc f() { net.Dial("tcp", "a:1") }\n'],
  ['javascript', "const net = require('net');\nnet.connect(80);\n"],
  ['rust', 'use std::net::TcpStream;\nfn f() { TcpStream::connect("a:1"); }\n'],
  ['java', 'import java.net.*;\nclass A { void f() throws Exception { new Socket("a", 1); } }\n'],
];

const passed: [language: string, text: string][] = [
  ['python', '"""We accept requests. They get an answer."""\n\ndef get(session):\n    return session\n'],
  ['python', 'def accept(visitor):\n    return visitor.visit()\n'],
  ['python', 'def acceptable(kinds):\n    return kinds.accepted\n'],
  ['go', 'package p\n\n// Dial is what telnet and the Internet had.\nfunc Dial() {}\n'],
];

describe('texts that may open a connection', () => {
  for (const [language, text] of looked)
    it(`${language}: ${JSON.stringify(text)}`, () => {
      assert.equal(factsOf(language).mayConcern(text), true);
    });
  for (const [language, text] of passed)
    it(`${language}, none: ${JSON.stringify(text)}`, () => {
      assert.equal(factsOf(language).mayConcern(text), false);
    });
});
