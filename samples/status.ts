/** A small status client with three mistakes, each underlined where its connection is opened. */
import http from 'node:http';
import net from 'node:net';

/** When the answer is no good its body stays unread: the connection is held until somebody collects the garbage. */
export async function version(url: string): Promise<string> {
  const response = await fetch(`${url}/version`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}

/** Node only tells that time is up: the request, and its connection, go on. */
export function isUp(url: string, callback: (up: boolean) => void): void {
  const request = http.get(url, (response) => {
    response.resume();
    callback(response.statusCode === 200);
  });
  request.setTimeout(5000, () => callback(false));
  request.on('error', () => callback(false));
}

/** A link that lives for days: when the peer loses power, nothing ever says so. */
export function follow(host: string, each: (line: Buffer) => void): void {
  const socket = net.connect(7400, host);
  socket.on('data', each);
  socket.on('error', (error) => console.error(error.message));
}
