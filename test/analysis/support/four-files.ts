/** One program per language in four files: the first opens, the second wraps, an object of the third keeps it, the fourth loses it. */

export const PYTHON: Readonly<Record<string, string>> = {
  'lib/net.py': `import socket


def dial(host):
    return socket.create_connection((host, 80), 5)
`,
  'lib/tls.py': `import ssl


def secure(sock, host):
    try:
        context = ssl.create_default_context()
        return context.wrap_socket(sock, server_hostname=host)
    except OSError:
        sock.close()
        raise
`,
  'lib/client.py': `from .net import dial
from .tls import secure


class Client:
    def __init__(self):
        self.sock = None

    def connect(self, host):
        self.sock = secure(dial(host), host)

    def ask(self):
        self.sock.sendall(b"?")
        return self.sock.recv(10)

    def close(self):
        self.sock.close()
`,
  'use.py': `from lib.client import Client


def answer(host, stop):
    c = Client()
    c.connect(host)
    if stop:
        return None
    text = c.ask()
    c.close()
    return text
`,
};

export const GO: Readonly<Record<string, string>> = {
  'go.mod': 'module example.com/p\n\ngo 1.21\n',
  'dial/dial.go': `package dial

import (
\t"net"
\t"time"
)

func Open(addr string) (net.Conn, error) {
\treturn net.DialTimeout("tcp", addr, 5*time.Second)
}
`,
  'wrap/wrap.go': `package wrap

import (
\t"crypto/tls"
\t"net"
)

func Secure(conn net.Conn, host string) net.Conn {
\treturn tls.Client(conn, &tls.Config{ServerName: host})
}
`,
  'client/client.go': `package client

import (
\t"net"

\t"example.com/p/dial"
\t"example.com/p/wrap"
)

type Client struct {
\tconn net.Conn
}

func New(addr string) (*Client, error) {
\traw, err := dial.Open(addr)
\tif err != nil {
\t\treturn nil, err
\t}
\treturn &Client{conn: wrap.Secure(raw, addr)}, nil
}

func (c *Client) Ask() error {
\t_, err := c.conn.Write([]byte("?"))
\treturn err
}

func (c *Client) Close() error {
\treturn c.conn.Close()
}
`,
  'main.go': `package main

import "example.com/p/client"

func ask(addr string) error {
\tc, err := client.New(addr)
\tif err != nil {
\t\treturn err
\t}
\tif err := c.Ask(); err != nil {
\t\treturn err
\t}
\treturn c.Close()
}

func main() {
\tfor {
\t\t_ = ask("x:1")
\t}
}
`,
};

export const C: Readonly<Record<string, string>> = {
  'net.h': `#ifndef NET_H
#define NET_H
struct client {
    int fd;
    int up;
};
int dial(const char *host, int port);
int tune(int fd);
int client_open(struct client *c, const char *host);
int client_ask(struct client *c);
void client_close(struct client *c);
#endif
`,
  'dial.c': `#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include "net.h"

int dial(const char *host, int port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
    int fd;
    inet_pton(AF_INET, host, &a.sin_addr);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}
`,
  'tune.c': `#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include "net.h"

int tune(int fd)
{
    int on = 1;
    unsigned int patience = 30000;
    struct timeval limit = { 5, 0 };
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return fd;
}
`,
  'client.c': `#include <sys/socket.h>
#include <unistd.h>
#include "net.h"

int client_open(struct client *c, const char *host)
{
    int fd = dial(host, 80);
    if (fd < 0)
        return -1;
    c->fd = tune(fd);
    return 0;
}

int client_ask(struct client *c)
{
    return send(c->fd, "?", 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

void client_close(struct client *c)
{
    close(c->fd);
}
`,
  'main.c': `#include "net.h"

int ask(const char *host)
{
    struct client c;
    if (client_open(&c, host) < 0)
        return -1;
    if (client_ask(&c) < 0)
        return -1;
    client_close(&c);
    return 0;
}
`,
};
