/** Programs as people write them, and what is said of them: each sentence was held against a run of the program. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Said, saidOf } from './said.js';

const PYTHON_RELAY = `import asyncio

clients = set()


async def client(reader, writer):
    name = (await reader.readline()).decode().strip()
    clients.add(writer)
    while True:
        line = await reader.readline()
        if not line:
            break
    clients.discard(writer)
    writer.close()
    await writer.wait_closed()


async def main():
    await asyncio.start_server(client, "127.0.0.1", 8098)
`;

const PYTHON_DOWNLOAD = `import requests

session = requests.Session()


def download(url, target):
    answer = requests.get(url, stream=True, timeout=(3.05, 30))
    if answer.status_code != 200:
        return False
    with open(target, "wb") as out:
        for chunk in answer.iter_content(65536):
            out.write(chunk)
    return True


def history(url):
    reply = session.get(url, timeout=10)
    if reply.status_code == 404:
        return None
    return reply.json()


print(history("http://rates:8099/history"))
`;

const GO_ISSUES = `package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

var client = &http.Client{Timeout: 15 * time.Second}

func issues(base string) ([]string, error) {
	resp, err := client.Get(base + "/issues")
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("server says %s", resp.Status)
	}
	defer resp.Body.Close()
	var out []string
	return out, json.NewDecoder(resp.Body).Decode(&out)
}
`;

const NODE_POST = `import http from 'node:http';

export function post(port, data) {
  return new Promise((resolve, reject) => {
    const req = http.request({ port, method: 'POST', timeout: 2000 }, (res) => {
      res.resume();
      resolve(res.statusCode);
    });
    req.on('timeout', () => req.destroy(new Error('too slow')));
    req.on('error', reject);
    req.end(JSON.stringify(data));
  });
}
`;

const C_SHUT = `#include <netinet/in.h>
#include <sys/socket.h>

int count(struct sockaddr_in *a) {
    int got = 0;
    for (int i = 0; i < 3; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)a, sizeof *a) < 0) continue;
        char c;
        if (recv(fd, &c, 1, 0) == 1) got++;
        shutdown(fd, SHUT_WR);
    }
    return got;
}
`;

const CPP_LINE = `#include <netdb.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

class Line {
public:
    Line(const char *host, const char *port)
    {
        addrinfo hints{}, *found = nullptr;
        hints.ai_socktype = SOCK_STREAM;
        if (getaddrinfo(host, port, &hints, &found) != 0)
            throw std::runtime_error("name");
        fd_ = socket(found->ai_family, SOCK_STREAM, 0);
        if (connect(fd_, found->ai_addr, found->ai_addrlen) != 0) {
            freeaddrinfo(found);
            throw std::runtime_error("connect");
        }
        freeaddrinfo(found);
    }
    ~Line() { close(fd_); }
    std::string ask(const std::string &q)
    {
        if (send(fd_, q.data(), q.size(), MSG_NOSIGNAL) < 0)
            throw std::runtime_error("send");
        char b[256];
        ssize_t n = recv(fd_, b, sizeof b, 0);
        if (n <= 0)
            throw std::runtime_error("recv");
        return std::string(b, n);
    }
private:
    int fd_ = -1;
};

`;

const TS_FOLLOW = `export async function follow(url: string, onLine: (text: string) => boolean): Promise<number> {
  const response = await fetch(url);
  if (!response.ok || !response.body) {
    throw new Error(\`status \${response.status}\`);
  }
  const reader = response.body.getReader();
  let lines = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return lines;
    lines += 1;
    if (!onLine(new TextDecoder().decode(value))) return lines;
  }
}
`;

const CSHARP_STATUS = `using System.IO;
using System.Net.Sockets;
using System.Threading.Tasks;

public class Poll
{
    public static async Task<string> AskAsync(string host, int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host, port);
        var stream = client.GetStream();
        var writer = new StreamWriter(stream) { AutoFlush = true };
        await writer.WriteLineAsync("STATUS");
        var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync();
        if (line == null)
            throw new IOException("no answer");
        client.Close();
        return line;
    }
}
`;

const SAID: Said[] = [
  {
    name: 'what is only shut down keeps its descriptor',
    language: 'c',
    text: C_SHUT,
    line: 7,
    is: [/Leaks when it returns on line 13: its descriptor stays open until the process ends/],
    not: [/until the code closes it/, /until the runtime closes it/],
  },
  {
    name: 'a call that is not followed may set anything: it is not said to have, and what is read after it is told',
    language: 'python',
    text: PYTHON_RELAY,
    line: 6,
    role: 'accepted',
    is: [
      /keepalive: off .* unless the call on line 8 sets any of it/,
      /its process dies \| `reader\.readline` on line 10 says end of stream/,
      /it closes first .* until the close on line 14/,
    ],
    not: [/set in a helper/, /keepalive: on/, /\| nothing/, /Nothing: no call/],
  },
  {
    name: 'an answer that is left: the peer closes after it, not instead of it',
    language: 'python',
    text: PYTHON_DOWNLOAD,
    line: 7,
    is: [/Response not closed when it returns on line 9: the runtime closes it/, /it closes first \| nothing/],
    not: [/says end of stream after/],
  },
  {
    name: 'a pool keeps it: hover and simulator say until when in the same words',
    language: 'python',
    text: PYTHON_DOWNLOAD,
    line: 3,
    is: [/CLOSE\\_WAIT until its pool wants to use it again/, /CLOSE_WAIT until its pool wants to use it again/],
    not: [/until the process ends/],
  },
  {
    name: 'the path on which a response leaks is the one that is told in the headline, too',
    language: 'go',
    text: GO_ISSUES,
    line: 13,
    is: [/Response leaks when an error is returned on line 18: stays in CLOSE_WAIT until the client's limit of 15 s/],
    not: [/says end of stream after/],
  },
  {
    name: 'who listens for a limit leaves its value as it was set; the limit closes nothing by itself',
    language: 'javascript',
    text: NODE_POST,
    line: 5,
    is: [/read 2 s/, /its host loses power \| the `'timeout'` event, which closes nothing by itself \| about 2 s/],
    not: [/gives up/, /not known here/],
  },
  {
    name: 'what is not followed may be told all the same: it writes before it waits',
    language: 'cpp',
    text: CPP_LINE,
    line: 15,
    is: [/Leaks when an exception leaves on line 18/, /May never learn that the peer's host died/],
    not: [/^Never learns/m],
  },
  {
    name: 'two clocks, and an error for each',
    language: 'typescript',
    text: TS_FOLLOW,
    line: 2,
    is: [
      /about 1 min 10 s; with data on the way about 5 min \| [^|]*caused by ETIMEDOUT; with data on the way [^|]*UND_ERR_HEADERS_TIMEOUT/,
    ],
    not: [],
  },
  {
    name: "what is read through a stream of .NET fails with its exception, what connects with the socket's",
    language: 'csharp',
    text: CSHARP_STATUS,
    line: 9,
    is: [/IOException: Unable to read data from the transport connection: Connection timed out \(ETIMEDOUT\)/],
    not: [/SocketException \(110\)/],
  },
];

describe('what is said of programs is true', () => {
  for (const program of SAID)
    it(program.name, () => {
      const said = saidOf(program);
      for (const one of program.is) assert.match(said, one);
      for (const one of program.not) assert.doesNotMatch(said, one);
    });
});
