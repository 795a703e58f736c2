/**
 * A connection that its HTTP client keeps, and the peer's limit on idle ones: what the code was seen to get from a server that closes
 * before the next request (`later`), or with it unread (`unread`); which requests came a second time, and who had TIME_WAIT.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { tell } from '../../src/app/story.js';
import { checkText } from './analyser.js';

interface Program {
  name: string;
  language: string;
  text: string;
  line: number;
  later: RegExp;
  unread: RegExp;
}

const NOTICED = /^Nothing: the library finds that the peer has closed before it asks again.*TIME_WAIT is on the peer's side/s;
const lines = (...text: string[]): string => `${text.join('\n')}\n`;

const PROGRAMS: Program[] = [
  {
    name: 'requests: nothing is repeated',
    language: 'python',
    text: lines('import requests', '', 's = requests.Session()', 'print(s.get("http://h/a", timeout=9).text)'),
    line: 4,
    later: NOTICED,
    unread: /fails with requests\.ConnectionError \(ECONNRESET\).*The library repeats nothing by itself.*nobody keeps TIME_WAIT/s,
  },
  {
    name: 'requests without a session keeps none',
    language: 'python',
    text: lines('import requests', '', 'print(requests.get("http://h/a", timeout=9).text)'),
    line: 3,
    later: /^Nothing: this call closes its connection once it has the answer.*TIME_WAIT is on our side/s,
    unread: /^Nothing: this call closes its connection/,
  },
  {
    name: 'http.client does not look',
    language: 'python',
    text: lines(
      'import http.client',
      '',
      'c = http.client.HTTPConnection("h", timeout=9)',
      'c.request("GET", "/a")',
      'print(c.getresponse().read())',
      'c.request("GET", "/b")',
      'print(c.getresponse().read())',
    ),
    line: 3,
    later: /c\.getresponse\(\) on line 7 fails with http\.client\.RemoteDisconnected/,
    unread: /fails with ConnectionResetError \(ECONNRESET\)/,
  },
  {
    name: 'Node: an agent that keeps connections',
    language: 'javascript',
    text: lines(
      "const http = require('http');",
      'const agent = new http.Agent({ keepAlive: true });',
      "const r = http.get({ host: 'h', path: '/a', agent, timeout: 9000 }, (res) => res.resume());",
      "r.on('error', (e) => console.log(e.code));",
      "r.on('timeout', () => r.destroy());",
    ),
    line: 3,
    later: NOTICED,
    unread: /'error' event: Error: read ECONNRESET.*The library repeats nothing by itself/s,
  },
  {
    name: 'Go repeats what is safe',
    language: 'go',
    text: lines(
      'package main',
      '',
      'import (',
      '\t"io"',
      '\t"net/http"',
      ')',
      '',
      'func ask(u string) ([]byte, error) {',
      '\tresp, err := http.Get(u)',
      '\tif err != nil {',
      '\t\treturn nil, err',
      '\t}',
      '\tdefer resp.Body.Close()',
      '\treturn io.ReadAll(resp.Body)',
      '}',
    ),
    line: 9,
    later: NOTICED,
    unread: /fails with connection reset by peer \(ECONNRESET\).*the library repeats GET, HEAD, OPTIONS, TRACE by itself/s,
  },
  {
    name: "Java's HttpClient repeats GET; a reset has a name of its own",
    language: 'java',
    text: lines(
      'import java.net.URI;',
      'import java.net.http.*;',
      'class Ask {',
      '    static final HttpClient CLIENT = HttpClient.newHttpClient();',
      '    static String ask(String u) throws Exception {',
      '        HttpRequest request = HttpRequest.newBuilder(URI.create(u)).build();',
      '        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();',
      '    }',
      '}',
    ),
    line: 7,
    later: NOTICED,
    unread:
      /fails with java\.io\.IOException: HTTP\/1\.1 header parser received no bytes \(ECONNRESET\).*the library repeats GET, HEAD by itself/s,
  },
  {
    name: 'HttpURLConnection repeats a POST, too, and does not look',
    language: 'java',
    text: lines(
      'import java.io.*;',
      'import java.net.*;',
      'class Ask {',
      '    static String ask(String u) throws IOException {',
      '        HttpURLConnection c = (HttpURLConnection) new URL(u).openConnection();',
      '        try (InputStream in = c.getInputStream()) {',
      '            return new String(in.readAllBytes());',
      '        }',
      '    }',
      '}',
    ),
    line: 5,
    later: /Unexpected end of file from server.*repeats the request once by itself, a POST too/s,
    unread: /Connection reset \(ECONNRESET\).*repeats the request once by itself, a POST too/s,
  },
];

describe("the peer's limit on idle connections", () => {
  for (const { name, language, text, line, later, unread } of PROGRAMS)
    it(name, () => {
      const connection = checkText(text, language).connections.find(({ range }) => range.startLine === line);
      assert.ok(connection, `nothing is opened on line ${line}`);
      const said = (moment: string): string => {
        const { sees, decides } = tell(connection, 'peer-idle-limit', { moment }, DEFAULT_MACHINE).answer;
        return `${sees} ${decides}`;
      };
      assert.match(said('later'), later);
      assert.match(said('unread'), unread);
    });
});
