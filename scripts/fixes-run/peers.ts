/** The other side of the programs that are run: servers that answer, close, reset or are not there; clients that talk, close or reset. */

import net from 'node:net';

/** How the peer behaves in a run. `silent`: takes the connection, and that is all; `fails`: says so at length, and stays. */
export type Manner = 'answers' | 'closes' | 'resets' | 'refuses' | 'silent' | 'fails';

/** On which side the program under test stands. */
export type Side = 'client' | 'server';

export interface Peer {
  /** What it received, connection by connection in the order of their first byte. */
  received(): string;
  close(): Promise<void>;
}

/** Time that a peer takes to answer and to leave, milliseconds: longer than a local round trip, shorter than any patience. */
const THINKS = 40;
/** More than anybody takes who does not read it. */
const FAILURE = `HTTP/1.1 404 Not Found\r\nContent-Length: 4000000\r\nContent-Type: text/plain\r\n\r\n${'no '.repeat(1_333_333)}\n`;
/** Clients that come to a server under test. */
const CALLERS = 3;

class Books {
  private readonly texts: string[] = [];
  private readonly sockets = new Set<net.Socket>();

  /** Writes down what comes, lets it go when the other side does. */
  keep(socket: net.Socket): void {
    const index = this.texts.push('') - 1;
    this.sockets.add(socket);
    socket.on('data', (data) => (this.texts[index] += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }

  received(): string {
    return this.texts
      .filter((text) => text !== '')
      .sort()
      .join('|');
  }

  destroyAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

function behave(socket: net.Socket, manner: Manner): void {
  if (manner === 'silent') return;
  if (manner === 'closes') socket.end();
  else if (manner === 'resets') setTimeout(() => socket.resetAndDestroy(), THINKS / 2);
  else {
    let told = false;
    const tell = (data?: Buffer): void => {
      if (told || socket.destroyed) return;
      told = true;
      const isHttp = /^[A-Z]+ \S+ HTTP/.test(data?.toString('latin1') ?? '');
      if (manner === 'fails') return void socket.write(isHttp ? FAILURE : 'ERROR\n');
      socket.write(isHttp ? 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Type: text/plain\r\n\r\nhello\n' : 'hello\n');
      setTimeout(() => socket.end(), THINKS);
    };
    socket.once('data', tell);
    setTimeout(() => tell(), THINKS * 2);
  }
}

/** Servers on all these ports of 127.0.0.1; those that are taken are left out. */
export async function serve(ports: readonly number[], manner: Manner): Promise<Peer> {
  const books = new Books();
  const servers = manner === 'refuses' ? [] : await Promise.all(ports.map((port) => listen(port, manner, books)));
  return {
    received: () => books.received(),
    close: async () => {
      books.destroyAll();
      await Promise.all(servers.map((server) => new Promise<void>((done) => (server ? server.close(() => done()) : done()))));
    },
  };
}

function listen(port: number, manner: Manner, books: Books): Promise<net.Server | null> {
  return new Promise((done) => {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      books.keep(socket);
      behave(socket, manner);
    });
    server.once('error', () => done(null));
    server.listen(port, '127.0.0.1', () => done(server));
  });
}

/** Clients that come to whichever of these ports listens, until each was served or the peer is closed. */
export function call(ports: readonly number[], manner: Manner): Peer {
  const books = new Books();
  let over = false;
  const attempt = (caller: number, index: number): void => {
    if (over) return;
    const port = ports[index % ports.length] as number;
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.once('error', () => setTimeout(() => attempt(caller, index + 1), 5));
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      books.keep(socket);
      if (manner === 'answers') socket.write(`hello ${caller}\n`);
      behave(socket, manner === 'answers' ? 'answers' : manner);
    });
  };
  if (manner !== 'refuses') for (let caller = 0; caller < CALLERS; caller += 1) attempt(caller, 0);
  return {
    received: () => books.received(),
    close: async () => {
      over = true;
      books.destroyAll();
    },
  };
}
