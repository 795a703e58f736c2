/** The comment that says who owns a connection is offered where it helps, and the finding goes with it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyEdits } from '../../src/app/edits.js';
import { fixesOf } from '../../src/app/check.js';
import { trialOf } from '../../src/app/trial.js';
import { analyser } from './analyser.js';

const PROGRAMS: Record<string, string> = {
  python: `import socket

def keep(s):
    REGISTRY.add(s.fileno())

def open_one(host):
    s = socket.create_connection((host, 80), timeout=5)
    keep(s)
    return host
`,
  c: `#include <sys/socket.h>
#include <unistd.h>

int table[64];

static void keep(int fd)
{
    write(fd, "hello", 5);
}

int open_one(struct sockaddr *sa, socklen_t len)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    keep(fd);
    return 0;
}
`,
  go: `package p

import "net"

func keep(c net.Conn) {
	c.Write([]byte("hello"))
}

func openOne(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	keep(c)
	return nil
}
`,
};

for (const [language, text] of Object.entries(PROGRAMS)) {
  describe(`takes ownership in ${language}`, () => {
    const analysis = analyser.analyse(text, language);
    const finding = analysis.findings.find(({ rule }) => rule === 'missing-close');
    assert.ok(finding, JSON.stringify(analysis.findings));
    const offered = fixesOf(trialOf(analyser, text, language, {}), finding).filter(({ title }) => title.includes('takes ownership'));

    it('is offered once, for the call that is given the connection, and is never made without being asked', () => {
      assert.deepEqual(
        offered.map(({ title, safe }) => [title, safe]),
        [['`keep` takes ownership: say so in a comment', false]],
      );
    });

    it('takes the finding away and leaves the code as it is', () => {
      const edited = applyEdits(text, offered[0]?.edits ?? []) ?? '';
      assert.deepEqual(
        analyser.analyse(edited, language).findings.filter(({ rule }) => rule === 'missing-close'),
        [],
      );
      const added = edited.split('\n').filter((line) => !text.split('\n').includes(line));
      assert.equal(added.length, 1);
      assert.match(added[0] ?? '', /^\s*(?:#|\/\/) closewait: takes ownership$/);
    });
  });
}
