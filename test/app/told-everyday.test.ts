/** Sentences about everyday programs that a run of them did not bear out: who waits, who closes, and on which line. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Said, saidOf } from './said.js';

const GO_ROOM = `package main

import (
	"bufio"
	"fmt"
	"net"
)

func join(c net.Conn) {
	in := bufio.NewScanner(c)
	fmt.Fprint(c, "name? ")
	if !in.Scan() {
		return
	}
	fmt.Println(in.Text())
	c.Close()
}

func serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			continue
		}
		go join(c)
	}
}
`;

const PYTHON_HEALTH = `import http.client
import smtplib

failed = []


def web(host):
    conn = http.client.HTTPConnection(host, 80, timeout=2)
    conn.request("GET", "/health")
    response = conn.getresponse()
    if response.status != 200:
        failed.append(conn)
        return False
    response.read()
    conn.close()
    return True


def mail(host):
    server = smtplib.SMTP(host, 25, timeout=5)
    code, _ = server.noop()
    if code != 250:
        return False
    server.quit()
    return True
`;

const PYTHON_POOL = `import queue
import socket


class Pool:
    def __init__(self, address):
        self.address = address
        self.idle = queue.LifoQueue(4)

    def dial(self):
        s = socket.create_connection(self.address, timeout=3)
        s.sendall(b"HELLO")
        s.recv(128)
        s.settimeout(None)
        return s

    def get(self, key):
        try:
            s = self.idle.get_nowait()
        except queue.Empty:
            s = self.dial()
        s.sendall(key)
        answer = s.recv(4096)
        if not answer:
            raise ConnectionError("server closed")
        self.idle.put(s)
        return answer
`;

const C_SELECT = `#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int top, l = socket(AF_INET, SOCK_STREAM, 0);
    fd_set all, ready;
    char line[256];

    if (l < 0 || listen(l, 16) < 0)
        return 1;
    FD_ZERO(&all);
    FD_SET(l, &all);
    top = l;
    for (;;) {
        ready = all;
        if (select(top + 1, &ready, NULL, NULL, NULL) < 0)
            return 1;
        for (int fd = 0; fd <= top; fd++) {
            if (!FD_ISSET(fd, &ready))
                continue;
            if (fd == l) {
                int c = accept(l, NULL, NULL);
                if (c < 0)
                    continue;
                FD_SET(c, &all);
                if (c > top)
                    top = c;
                continue;
            }
            if (read(fd, line, sizeof line) <= 0)
                FD_CLR(fd, &all);
        }
    }
}
`;

const NODE_ALIVE = `const http = require('node:http');

function alive(url, done) {
  const request = http.get(url, { timeout: 2000 }, (response) => {
    response.resume();
    response.on('end', () => done(null, true));
  });
  request.on('timeout', () => done(new Error('too slow')));
  request.on('error', done);
}

module.exports = { alive };
`;

const JAVA_DOWNLOAD = `import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

class Download {
    static long size(String url) throws IOException {
        HttpURLConnection http = (HttpURLConnection) URI.create(url).toURL().openConnection();
        if (http.getResponseCode() != 200)
            return -1;
        try (var in = http.getInputStream()) {
            return in.readAllBytes().length;
        }
    }
}
`;

const GO_SAVE = `package main

import (
	"errors"
	"io"
	"net/http"
	"time"
)

var client = &http.Client{Timeout: 4 * time.Second}

func save(url string, out io.Writer) error {
	resp, err := client.Get(url)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	_, err = io.Copy(out, resp.Body)
	resp.Body.Close()
	return err
}

func ask(url string, out io.Writer) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	_, err = io.Copy(out, resp.Body)
	resp.Body.Close()
	return err
}
`;

const EVERYDAY: readonly Said[] = [
  {
    name: 'the next round of an accept loop is no step of this connection',
    language: 'go',
    text: GO_ROOM,
    line: 21,
    role: 'accepted',
    is: [/it closes first \| `in\.Scan` on line 12 says end of stream, then CLOSE\\_WAIT until the garbage collector runs/],
    not: [/answered with a reset/],
  },
  {
    name: "the limit of Go's client closes what is left of a response",
    language: 'go',
    text: GO_SAVE,
    line: 13,
    is: [
      /Response leaks when an error is returned on line 18: stays in CLOSE_WAIT until the client's limit of 4 s/,
      /only the limit on the whole request closes it\./,
      /The socket is in CLOSE_WAIT until the client's limit of 4 s: in this run about 3 s after the peer closed\./,
    ],
    not: [/until the process ends/],
  },
  {
    name: 'without one, a keepalive probe finds that the peer has forgotten it',
    language: 'go',
    text: GO_SAVE,
    line: 26,
    is: [/until a keepalive probe is answered with a reset/, /its descriptor stays open until the process ends/],
    not: [/what our code still sends/],
  },
  {
    name: 'http.client closes what ends before the head',
    language: 'python',
    text: PYTHON_HEALTH,
    line: 8,
    is: [/it closes first \| `conn\.getresponse` on line 10 fails \| about [^|]* \| http\.client\.RemoteDisconnected/],
    not: [/it closes first \|[^|]*CLOSE/],
  },
  {
    name: 'who waits for an answer is told that the server closed, whatever the path does that leaves it',
    language: 'python',
    text: PYTHON_HEALTH,
    line: 20,
    is: [/it closes first \| `server\.noop` on line 21 fails \| [^|]* \| smtplib\.SMTPServerDisconnected/],
    not: [/it closes first \| nothing/],
  },
  {
    name: 'what goes back to a pool waits where the ordinary path does',
    language: 'python',
    text: PYTHON_POOL,
    line: 21,
    is: [
      /its host loses power \| `s\.recv` on line 23 waits \| never/,
      /it closes first \| `s\.recv` on line 23 says end of stream, then CLOSE\\_WAIT until its last reference goes/,
    ],
    not: [/on line 13 gives up/],
  },
  {
    name: 'select waits, not the read behind it; what is taken out of the set is not read again',
    language: 'c',
    text: C_SELECT,
    line: 24,
    is: [/its host loses power \| `select` on line 18 waits \| never/, /stays in CLOSE_WAIT until the process ends/],
    not: [/Reads on after/],
  },
  {
    name: 'the listener in the set is not what is read',
    language: 'c',
    text: C_SELECT,
    line: 7,
    is: [/Listening socket/],
    not: [/When the peer closes, the read/],
  },
  {
    name: 'an event that tells of a limit gives nothing up',
    language: 'javascript',
    text: NODE_ALIVE,
    line: 4,
    is: [/its host loses power \| the `'timeout'` event, which closes nothing by itself \| about 2 s/],
    not: [/gives up: its own limit/],
  },
  {
    name: 'a URL made of a URI opens a connection',
    language: 'java',
    text: JAVA_DOWNLOAD,
    line: 7,
    is: [/Response leaks when it returns on line 9/, /`http\.getResponseCode` on line 8 waits \| never/],
    not: [/was not followed/],
  },
];

describe('what is said of everyday programs', () => {
  for (const program of EVERYDAY)
    it(program.name, () => {
      const said = saidOf(program);
      for (const one of program.is) assert.match(said, one);
      for (const one of program.not) assert.doesNotMatch(said, one);
    });
});
