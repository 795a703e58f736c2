/** What the code does at the orderly end of the stream, where a finding is about another way out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Said, saidOf } from './said.js';

const C_HEAD = `#include <sys/socket.h>
#include <unistd.h>

int ask(const struct sockaddr *to, socklen_t length, char *answer)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ssize_t n;

    if (fd < 0)
        return -1;
    if (connect(fd, to, length) < 0) {
        close(fd);
        return -1;
    }
`;

const QUOTE = `${C_HEAD}    if (write(fd, "quote", 5) != 5)
        return -4;
    n = read(fd, answer, 64);
    if (n <= 0)
        return -5;
    close(fd);
    return (int)n;
}
`;

const FAILING_READ = `${C_HEAD}    n = read(fd, answer, 64);
    if (n < 0)
        return -5;
    close(fd);
    return (int)n;
}
`;

const SHORT_WRITE = `${C_HEAD}    if (write(fd, "quote", 5) != 5)
        return -4;
    n = read(fd, answer, 64);
    close(fd);
    return (int)n;
}
`;

const JAVA_POOL = `import java.io.IOException;
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

const GO_STATUS = `package p

import "net"

func ask(address string, greeting []byte) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	if _, err := conn.Read(greeting); err != nil {
		conn.Close()
		return err
	}
	if _, err := conn.Write([]byte("STATUS")); err != nil {
		return err
	}
	if _, err := conn.Read(greeting); err != nil {
		return err
	}
	return conn.Close()
}
`;

const ENDS: readonly Said[] = [
  {
    name: 'the finding tells an earlier way out, the end leaves it open on its own',
    language: 'c',
    text: QUOTE,
    line: 6,
    is: [
      /on line 16/,
      /it closes first \| `read` on line 17 says end of stream, then CLOSE\\_WAIT until the process ends/,
      /its process dies \| `read` on line 17 says end of stream/,
    ],
    not: [/until the close on line 20/, /\| nothing/],
  },
  {
    name: 'a read that fails leaves it open, its end does not',
    language: 'c',
    text: FAILING_READ,
    line: 6,
    is: [/it closes first \| `read` on line 15 says end of stream, then CLOSE\\_WAIT until the close on line 18/],
    not: [/it closes first \|[^|]*until the process ends/],
  },
  {
    name: 'a short write leaves it open, and whoever gets on reads',
    language: 'c',
    text: SHORT_WRITE,
    line: 6,
    is: [/it closes first \| `read` on line 17 says end of stream, then CLOSE\\_WAIT until the close on line 18/],
    not: [/\| nothing/],
  },
  {
    name: 'what a task catches leaves it open, the end gets to the close',
    language: 'java',
    text: JAVA_POOL,
    line: 9,
    is: [/it closes first \| `read` on line 13 says end of stream, then CLOSE\\_WAIT until the close on line 15/],
    not: [/it closes first \|[^|]*garbage collector/],
  },
  {
    name: 'an end that is an error leaves with it',
    language: 'go',
    text: GO_STATUS,
    line: 6,
    is: [/it closes first \| `conn\.Read` on line 17 (?:fails|says end of stream), then CLOSE\\_WAIT until the garbage collector runs/],
    not: [/until the close on line/],
  },
];

describe('what is said of the orderly end', () => {
  for (const program of ENDS)
    it(program.name, () => {
      const said = saidOf(program);
      for (const one of program.is) assert.match(said, one);
      for (const one of program.not) assert.doesNotMatch(said, one);
    });
});
