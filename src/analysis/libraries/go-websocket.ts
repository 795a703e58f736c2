/** WebSocket packages of Go. Each of them hands out connections that the caller must close. */

import type { CallFact, Library } from '../flow/facts.js';
import { client, netDefaults, onlyError, opening, perPath, valueOrError } from './go-kit.js';

const gorilla = 'github.com/gorilla/websocket';
const reads: Pick<CallFact, 'blocks' | 'step'> = { blocks: { wait: 'read', limitedBy: ['readTimeout'] }, step: { do: 'recv' } };
const writes: Pick<CallFact, 'blocks' | 'step'> = { blocks: { wait: 'write', limitedBy: ['writeTimeout'] }, step: { do: 'send' } };
const methods = (type: string, ...names: string[]): string[] => names.map((name) => `${type}.${name}`);

/** After the failed handshake the connection is closed, and the response that is given has its body in memory (client.go DialContext). */
const gorillaCalls: CallFact[] = [
  {
    name: [
      `${gorilla}.Dialer.Dial`,
      `${gorilla}.Dialer.DialContext`,
      `${gorilla}.DefaultDialer.Dial`,
      `${gorilla}.DefaultDialer.DialContext`,
    ],
    source: 'gorilla/websocket client.go Dialer.DialContext: closes the connection when the handshake fails',
    ...opening(`${gorilla}.Conn`, 1),
  },
  {
    name: [`${gorilla}.Upgrader.Upgrade`, `${gorilla}.Upgrade`],
    source: 'gorilla/websocket server.go Upgrader.Upgrade: closes the hijacked connection when it fails',
    ...opening(`${gorilla}.Conn`, 0, 'accepted'),
  },
  { name: `${gorilla}.NewClient`, source: 'gorilla/websocket client.go NewClient', wraps: { type: `${gorilla}.Conn` }, ...valueOrError(1) },
  {
    name: `${gorilla}.Conn.Close`,
    source: 'gorilla/websocket conn.go Conn.Close: without a close message',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: methods(`${gorilla}.Conn`, 'ReadMessage', 'NextReader'),
    source: 'gorilla/websocket conn.go Conn.ReadMessage',
    ...reads,
    ok: ['?', 'nonnull', 'null'],
    fails: [{ results: ['?', 'null', 'nonnull'] }],
  },
  { name: methods(`${gorilla}.Conn`, 'ReadJSON'), source: 'gorilla/websocket json.go Conn.ReadJSON', ...reads, ...onlyError },
  {
    name: methods(`${gorilla}.Conn`, 'WriteMessage', 'WriteJSON', 'WriteControl', 'WritePreparedMessage'),
    source: 'gorilla/websocket conn.go Conn.WriteMessage',
    ...writes,
    ...onlyError,
  },
  { name: methods(`${gorilla}.Conn`, 'NextWriter'), source: 'gorilla/websocket conn.go Conn.NextWriter', ...valueOrError() },
  {
    name: `${gorilla}.Conn.SetReadDeadline`,
    source: 'gorilla/websocket conn.go Conn.SetReadDeadline',
    sets: [{ option: 'readTimeout', from: { arg: 0 } }],
    ok: ['null'],
  },
  {
    name: `${gorilla}.Conn.SetWriteDeadline`,
    source: 'gorilla/websocket conn.go Conn.SetWriteDeadline',
    sets: [{ option: 'writeTimeout', from: { arg: 0 } }],
    ok: ['null'],
  },
  {
    name: methods(`${gorilla}.Conn`, 'UnderlyingConn', 'NetConn'),
    source: 'gorilla/websocket conn.go Conn.UnderlyingConn',
    wraps: { type: 'net.Conn' },
  },
];

const xnet = 'golang.org/x/net/websocket';
const xnetCalls: CallFact[] = [
  {
    name: [`${xnet}.Dial`, `${xnet}.DialConfig`],
    source: 'x/net/websocket client.go DialConfig: closes the connection when the handshake fails',
    ...opening(`${xnet}.Conn`),
  },
  { name: `${xnet}.NewClient`, source: 'x/net/websocket client.go NewClient', wraps: { type: `${xnet}.Conn` }, ...valueOrError() },
  {
    name: [`${xnet}.JSON.Receive`, `${xnet}.Message.Receive`],
    source: 'x/net/websocket websocket.go Codec.Receive',
    ...reads,
    ok: ['null'],
    eof: { results: ['@io.EOF'] },
    fails: [{ results: ['nonnull'] }],
  },
  { name: [`${xnet}.JSON.Send`, `${xnet}.Message.Send`], source: 'x/net/websocket websocket.go Codec.Send', ...writes, ...onlyError },
];

/** The context limits dialling alone; Close waits for the peer's answer for five seconds and then closes (close_notjs.go). */
const coder = perPath(['nhooyr.io/websocket', 'github.com/coder/websocket'], (path) => {
  const shape = client({
    type: `${path}.Conn`,
    source: 'nhooyr.io/websocket conn_notjs.go Conn',
    closes: ['Close', 'CloseNow'],
    closedBy: 'CloseNow()',
    errors: ['Write', 'Ping'],
    plain: ['CloseRead', 'SetReadLimit', 'Subprotocol', 'Writer'],
    onDrop: 'collector',
  });
  return {
    types: shape.types,
    calls: [
      ...shape.calls,
      { name: `${path}.Dial`, source: 'nhooyr.io/websocket dial.go Dial', ...opening(`${path}.Conn`, 1) },
      { name: `${path}.Accept`, source: 'nhooyr.io/websocket accept.go Accept', ...opening(`${path}.Conn`, 0, 'accepted') },
      {
        name: methods(`${path}.Conn`, 'Read', 'Reader'),
        source: 'nhooyr.io/websocket read.go Conn.Read',
        ok: ['?', 'nonnull', 'null'],
        fails: [{ results: ['?', 'null', 'nonnull'] }],
      },
      {
        name: `${path}.NetConn`,
        source: 'nhooyr.io/websocket netconn.go NetConn: closing it closes the connection',
        on: { arg: 1 },
        wraps: { type: 'net.Conn' },
      },
    ],
  };
});

const gobwas = 'github.com/gobwas/ws';
const whoseConn = { on: { arg: 0 } } as const;

/** It works on somebody's net.Conn, which it never owns. */
const gobwasCalls: CallFact[] = [
  {
    name: [`${gobwas}.Upgrader.Upgrade`, `${gobwas}.DefaultUpgrader.Upgrade`, `${gobwas}.Upgrade`],
    source: 'gobwas/ws server.go Upgrader.Upgrade: the caller manages the connection, failed or not',
    ...whoseConn,
    blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
    ok: ['?', 'null'],
    fails: [{ results: ['?', 'nonnull'] }],
  },
  {
    name: [`${gobwas}.Dialer.Dial`, `${gobwas}.DefaultDialer.Dial`, `${gobwas}.Dial`],
    source: 'gobwas/ws dialer.go Dialer.Dial: closes the connection when the handshake fails',
    ...opening('net.Conn', 2),
  },
  {
    name: [`${gobwas}.HTTPUpgrader.Upgrade`, `${gobwas}.DefaultHTTPUpgrader.Upgrade`, `${gobwas}.UpgradeHTTP`],
    source: 'gobwas/ws server.go HTTPUpgrader.Upgrade: hijacks the connection',
    ...opening('net.Conn', 2, 'accepted'),
  },
  {
    name: ['ReadClientData', 'ReadServerData', 'ReadData'].map((name) => `${gobwas}/wsutil.${name}`),
    source: 'gobwas/ws wsutil/helper.go ReadClientData: io.EOF at the end of the stream',
    ...whoseConn,
    ...reads,
    ok: ['?', '?', 'null'],
    fails: [{ results: ['?', '?', 'nonnull'] }],
  },
  {
    name: ['WriteServerMessage', 'WriteServerText', 'WriteServerBinary', 'WriteClientMessage', 'WriteClientText', 'WriteClientBinary'].map(
      (name) => `${gobwas}/wsutil.${name}`,
    ),
    source: 'gobwas/ws wsutil/helper.go WriteServerMessage',
    ...whoseConn,
    ...writes,
    ...onlyError,
  },
];

export const library: Library = {
  id: 'go-websocket',
  languages: ['go'],
  title: 'gorilla/websocket, gobwas/ws, coder/websocket, x/net/websocket',
  types: [
    { name: `${gorilla}.Conn`, source: 'gorilla/websocket conn.go Conn', onDrop: 'collector', defaults: netDefaults },
    {
      name: `${xnet}.Conn`,
      source: 'x/net/websocket websocket.go Conn: closing it closes what it is made of',
      extends: 'net.Conn',
      onDrop: 'collector',
      defaults: netDefaults,
    },
    ...coder.types,
  ],
  calls: [...gorillaCalls, ...gobwasCalls, ...xnetCalls, ...coder.calls],
};
