/** Sentences that were not true once: programs, and what hover, finding and simulator say of them and do not say. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Said, saidOf } from './said.js';

const PYTHON_HELPER = `import socket


def exactly(sock, count):
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            raise ConnectionError("peer closed")
        data += part
    return data


def main(host):
    with socket.create_connection((host, 7000), timeout=5) as sock:
        while True:
            print(exactly(sock, int.from_bytes(exactly(sock, 4), "big")))
`;

const JAVA_LAMBDA = `import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;

class Serve {
    void run(ServerSocket server, ExecutorService pool) throws IOException {
        while (true) {
            Socket client = server.accept();
            pool.submit(() -> {
                try {
                    client.setSoTimeout(5000);
                    int first = client.getInputStream().read();
                    client.getOutputStream().write(first);
                    client.close();
                } catch (IOException e) {
                    System.err.println(e);
                }
            });
        }
    }
}
`;

const JAVA_LOOP = JAVA_LAMBDA.replace('            pool.submit(() -> {\n', '').replace('            });\n', '');

const NODE_RELAY = `const net = require('node:net');

const server = net.createServer({ allowHalfOpen: true }, (client) => {
  const backend = net.connect({ port: 6000, host: 'backend', allowHalfOpen: true });
  client.on('error', () => backend.destroy());
  backend.on('error', () => client.destroy());
  client.pipe(backend);
  backend.pipe(client);
});
server.listen(5000);
`;

const CSHARP = `using System;
using System.IO;
using System.Net.Http;
using System.Threading.Tasks;

class Fetch
{
    private static readonly HttpClient Client = new HttpClient();

    static async Task<string> Own(string url)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(url);
    }

    static async Task<string> Quick(string url)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        return await client.GetStringAsync(url);
    }

    static async Task<string> Headers(string url)
    {
        using HttpResponseMessage answer = await Client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        return await answer.Content.ReadAsStringAsync();
    }
}
`;

const SPAWNED_GO = `package p

import "net"

type session struct{ conn net.Conn }
func (s *session) quit() error {
	if _, err := s.conn.Write([]byte("QUIT")); err != nil {
		return err
	}
	return s.conn.Close()
}
func serve(conn net.Conn) { (&session{conn}).quit() }
func run(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go serve(conn)
	}
}
`;

const SPAWNED_JAVA = `import java.io.*; import java.net.*; class F {
  static class Handler implements Runnable {
    private final Socket sock; Handler(Socket s) { sock = s; }
    public void run() {
      try {
        BufferedReader in = new BufferedReader(new InputStreamReader(sock.getInputStream()));
        if (in.readLine() == null) throw new IOException("bad");
        sock.close();
      } catch (IOException e) { System.err.println(e); }
    }
  }
  void serve(ServerSocket server) throws IOException {
    while (true) {
      Socket s = server.accept();
      new Thread(new Handler(s)).start();
    }
  }
}
`;

const ASYNC = `import asyncio


async def follow(host):
    reader, writer = await asyncio.open_connection(host, 9100)
    writer.write(b"SUBSCRIBE prices\\n")
    await writer.drain()
    try:
        while True:
            line = await asyncio.wait_for(reader.readline(), timeout=30)
            if not line:
                break
            print(line)
    finally:
        writer.close()
        await writer.wait_closed()
`;

const GO_BODY = `package p

import (
	"encoding/json"
	"net/http"
)

func health(url string) (out map[string]any, err error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		return nil, err
	}
	resp.Body.Close()
	return out, nil
}
`;

const JAVA_CLIENT = `import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

class Poll {
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    String limited(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    String unlimited(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).header("A", "b").GET().build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
`;

const TOLD_LIMIT = `import net from 'node:net';

export function gate(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.createConnection({ host, port });
    socket.setTimeout(1000);
    socket.on('timeout', () => reject(new Error('too slow')));
    socket.on('error', reject);
    socket.once('data', (data) => {
      socket.end();
      resolve(data.toString());
    });
  });
}
`;

const CPP_LINK = `#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

class Link {
public:
    explicit Link(const sockaddr_in &to) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (::connect(fd_, reinterpret_cast<const sockaddr *>(&to), sizeof to) != 0)
            throw std::runtime_error("connect");
    }
    ~Link() { ::close(fd_); }
    int ask() {
        char buffer[256];
        return ::recv(fd_, buffer, sizeof buffer, 0);
    }

private:
    int fd_;
};
`;

const SAID: readonly Said[] = [
  {
    name: 'what a goroutine leaves open is left by that function, not by one that it calls',
    language: 'go',
    text: SPAWNED_GO,
    line: 15,
    is: [/`conn` is still open when `serve` returns\./],
    not: [/`serve` returns an error/],
  },
  {
    name: 'a connection that a thread leaves open bears its own name, not that of a reader around it',
    language: 'java',
    text: SPAWNED_JAVA,
    line: 14,
    is: [/`this\.sock` is still open when `run` returns on line 10\./],
    not: [/`in` is/],
  },
  {
    name: 'an exception on a line that is no step: what else is read is told all the same',
    language: 'python',
    text: ASYNC,
    line: 5,
    is: [/its process dies \| `reader\.readline` on line 10 says end of stream/, /about 30 s \| TimeoutError/],
    not: [/\| nothing/, /Nothing:/],
  },
  {
    name: 'an answer that breaks off is closed by its library; what was read of it and left is not',
    language: 'go',
    text: GO_BODY,
    line: 9,
    is: [
      /it closes first \| `Decode` on line 13 fails \| about [\d.]+ ms \| unexpected EOF/,
      /peer-closes-we-do-not: The socket is in CLOSE_WAIT/,
    ],
    not: [/fails, then CLOSE/],
  },
  {
    name: 'a limit of a request of Java, whose value nobody reads here',
    language: 'java',
    text: JAVA_CLIENT,
    line: 13,
    is: [
      /gives up: its own limit \| not known here \| java\.net\.http\.HttpTimeoutException/,
      /power-idle: Your \S+ on line 13 gives up when/,
    ],
    not: [/Nothing, ever/, /read none/],
  },
  {
    name: 'a request of Java without a limit',
    language: 'java',
    text: JAVA_CLIENT,
    line: 18,
    is: [/read none/, /Nothing, ever: client\.send/],
    not: [/its own limit/, /this\.client/],
  },
  {
    name: 'a socket whose connect fails has no peer; on its other ways an object keeps it',
    language: 'cpp',
    text: CPP_LINK,
    line: 8,
    is: [/when an exception leaves `Link`/, /was not followed/],
    not: [/\| nothing/, /CLOSE\\?_WAIT until the process ends/],
  },
  {
    name: 'a limit of which an event only tells: it is told, and the end of the stream closes it all the same',
    language: 'typescript',
    text: TOLD_LIMIT,
    line: 5,
    is: [
      /loses power \| the `'timeout'` event, which closes nothing by itself \| about 1 s/,
      /closes first \| the `'end'` event; then it is closed/,
    ],
    not: [/\| nothing/, /CLOSE\\?_WAIT until the process ends/, /gives up/],
  },
  {
    name: 'a helper that raises at the end of the stream: the close is that of with',
    language: 'python',
    text: PYTHON_HELPER,
    line: 15,
    is: [/it closes first \| `sock\.recv` on line 7 says end of stream, then CLOSE\\_WAIT until the close on line 15/],
    not: [/until the process ends/],
  },
  {
    name: 'a lambda that catches its exception: where it returns, not the next accept',
    language: 'java',
    text: JAVA_LAMBDA,
    line: 9,
    is: [/`client` is still open when the function on line 10 returns on line 19\./],
    not: [/assigned anew/, /on line 9\b/],
  },
  {
    name: 'a loop that catches its exception: the call that fails, not the next accept',
    language: 'java',
    text: JAVA_LOOP,
    line: 9,
    is: [/Leaks when \w+ fails on line 1[12]/, /`client` stays open when `\w+` fails on line 1[12]\./, /until the close on line 14/],
    not: [/assigned anew/, /on line 9\b/],
  },
  {
    name: 'what comes from the client: waited for from its own pipe on',
    language: 'javascript',
    text: NODE_RELAY,
    line: 3,
    role: 'accepted',
    is: [/From line 7 on an event loop waits/, /what the code does with it after line 3 was not followed/],
    not: [/Nothing: no event comes/],
  },
  {
    name: 'what comes from behind: waited for from the other pipe on',
    language: 'javascript',
    text: NODE_RELAY,
    line: 4,
    is: [/From line 8 on an event loop waits/],
    not: [/From line 7/, /Nothing: no event comes/],
  },
  {
    name: 'HttpClient gives up after 100 s',
    language: 'csharp',
    text: CSHARP,
    line: 12,
    is: [/read 1 min 40 s/, /its host loses power \| `client\.GetStringAsync` on line 13 gives up: its own limit \| about 1 min 40 s/],
    not: [/waits \| never/],
  },
  {
    name: 'HttpClient with a limit of its own',
    language: 'csharp',
    text: CSHARP,
    line: 18,
    is: [/read not known here/, /gives up: its own limit \| not known here/],
    not: [/1 min 40 s/, /waits \| never/],
  },
  {
    name: 'HttpClient after the headers: no limit, and the library closes what has ended; a static field has its own name',
    language: 'csharp',
    text: CSHARP,
    line: 24,
    is: [
      /`Client\.GetAsync` in `Headers`/,
      /`answer\.Content\.ReadAsStringAsync` on line 25 waits \| never/,
      /The library closes the connection with it/,
    ],
    not: [/\$/, /garbage collector/],
  },
  {
    name: 'a client that is kept for all: nothing is said of when its connections end',
    language: 'csharp',
    text: CSHARP,
    line: 8,
    is: [/until whoever has got it closes it/, /Not known: what the code does with it afterwards was not followed/],
    not: [/garbage collector/, /no call of your code is told/],
  },
];

describe('what is said is true', () => {
  for (const program of SAID)
    it(program.name, () => {
      const said = saidOf(program);
      for (const one of program.is) assert.match(said, one);
      for (const one of program.not) assert.doesNotMatch(said, one);
    });
});
