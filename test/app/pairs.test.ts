/** The simulated program is the user's: files that differ in one line give different traces, and the right ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallRow } from '../../src/kernel/trace.js';
import { tell } from '../../src/app/story.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { checkText } from './analyser.js';

/** A client in each language; LINE stands where the pair differs, END in front of the close. */
const CLIENTS: Record<string, { text: string; send: string; limit: string; sleep: string }> = {
  python: {
    text:
      'import socket\nimport time\n\ndef ask(host):\n    s = socket.create_connection((host, 80))\nLINE\n    data = ' +
      's.recv(100)\nEND\n    s.close()\n    return data\n',
    send: '    s.sendall(b"hello")',
    limit: '    s.settimeout(30)',
    sleep: '    time.sleep(10)',
  },
  go: {
    text:
      'package p\n\nimport (\n\t"net"\n\t"time"\n)\n\nfunc ask(addr string) error {\n\ts, err := net.Dial("tcp", ' +
      'addr)\n\tif err != nil {\n\t\treturn err\n\t}\nLINE\n\tbuf := make([]byte, 100)\n\t_, err = ' +
      's.Read(buf)\nEND\n\ts.Close()\n\treturn err\n}\n',
    send: '\ts.Write([]byte("hello"))',
    limit: '\ts.SetDeadline(time.Now().Add(30 * time.Second))',
    sleep: '\ttime.Sleep(10 * time.Second)',
  },
  c: {
    text:
      '#include <sys/socket.h>\n#include <sys/time.h>\n#include <unistd.h>\n\nint ask(struct sockaddr *sa, socklen_t ' +
      'len)\n{\n    char buf[100];\n    struct timeval tv = {30, 0};\n    int s = socket(AF_INET, SOCK_STREAM, 0);\n    if ' +
      '(s < 0)\n        return -1;\n    if (connect(s, sa, len) < 0) {\n        close(s);\n        return -1;\n    ' +
      '}\nLINE\n    recv(s, buf, sizeof buf, 0);\nEND\n    close(s);\n    return 0;\n}\n',
    send: '    send(s, "hello", 5, 0);',
    limit: '    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);',
    sleep: '    sleep(10);',
  },
};

function callsOf(language: string, line: string, end: string, scenario: string): CallRow[] {
  const client = CLIENTS[language];
  assert.ok(client);
  const text = client.text.replace('LINE', () => line).replace('END', () => end);
  const { connections } = checkText(text, language);
  const connection = connections.find((c) => c.role === 'client');
  assert.ok(connection, `no client connection in:\n${text}`);
  return tell(connection, scenario, {}, DEFAULT_MACHINE).trace.calls.filter((c) => c.side === 'A');
}

const waits = (calls: CallRow[]): CallRow[] => calls.filter((c) => c.call === 'recv' || c.call === 'poll');

for (const [language, { send, limit, sleep }] of Object.entries(CLIENTS)) {
  describe(`pairs in ${language}`, () => {
    it('without a limit the read waits for ever on a dead host; with one it gives up after 30 s', () => {
      // Go's own keepalive ends its wait; the other two have none.
      const without = waits(callsOf(language, '', '', 'peer-host-loses-power-idle')).at(-1);
      if (language === 'go') assert.equal(without?.errno, 'ETIMEDOUT');
      else assert.equal(without?.end, null);
      const calls = waits(callsOf(language, limit, '', 'peer-host-loses-power-idle'));
      const limited = calls.find((c) => c.end !== null && c.end - c.start > 29);
      assert.ok(limited, JSON.stringify(calls));
      assert.ok(limited.end !== null && limited.end - limited.start >= 30 && limited.end - limited.start < 33, JSON.stringify(limited));
    });

    it('a send before the read turns silence into retransmission and ETIMEDOUT', () => {
      const silent = callsOf(language, '', '', 'peer-host-loses-power-while-we-write');
      const sending = callsOf(language, send, '', 'peer-host-loses-power-while-we-write');
      assert.ok(sending.some((c) => c.call === 'send' && c.result === 5));
      assert.ok(!silent.some((c) => c.call === 'send' && c.result === 5));
      const last = waits(sending).at(-1);
      assert.equal(last?.errno, 'ETIMEDOUT');
      assert.ok(last.end !== null && last.end > 937 && last.end < 970, `ended at ${last.end}`);
    });

    it('a sleep before the close keeps the connection in CLOSE_WAIT that long', () => {
      const closing = (end: string): number => {
        const close = callsOf(language, '', end, 'peer-process-killed').find((c) => c.call === 'close');
        assert.ok(close);
        return close.start;
      };
      const later = closing(sleep) - closing('');
      assert.ok(Math.abs(later - 10) < 0.1, `${later} s later`);
    });
  });
}
