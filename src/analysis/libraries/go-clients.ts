/** Clients of Go's standard library that own a connection: net/rpc, net/smtp, net/textproto, and golang.org/x/crypto/ssh. */

import type { CallFact, FailFact, Library, OpenFact } from '../flow/facts.js';
import { netDefaults } from './go-kit.js';

const failsWithNil: FailFact[] = [{ results: ['null', 'nonnull'] }];
const client = (type: string): OpenFact => ({ type, role: 'client', connected: true });
const dials = {
  blocks: { wait: 'connect' as const, limitedBy: ['connectTimeout' as const] },
  ok: ['nonnull', 'null'],
  fails: failsWithNil,
  step: { do: 'connect' as const },
};
const talks = { blocks: { wait: 'read' as const, limitedBy: ['readTimeout' as const] }, ok: ['null'], fails: [{ results: ['nonnull'] }] };

const ssh = 'golang.org/x/crypto/ssh';

const calls: CallFact[] = [
  {
    name: ['rpc.Dial', 'rpc.DialHTTP', 'rpc.DialHTTPPath', 'jsonrpc.Dial'],
    source: 'net/rpc/client.go Dial',
    opens: client('rpc.Client'),
    ...dials,
  },
  { name: ['rpc.NewClient', 'jsonrpc.NewClient'], source: 'net/rpc/client.go NewClient', wraps: { type: 'rpc.Client' } },
  {
    name: ['rpc.ServeConn', 'jsonrpc.ServeConn'],
    source: 'net/rpc/server.go ServeConn: serves until the client hangs up, then closes',
    closes: true,
    step: { do: 'recvUntilEof' },
  },
  { name: ['rpc.Client.Close'], source: 'net/rpc/client.go Client.Close', closes: true, step: { do: 'close' } },
  { name: ['rpc.Client.Call'], source: 'net/rpc/client.go Client.Call', ...talks },
  { name: ['rpc.Client.Go'], source: 'net/rpc/client.go Client.Go' },
  { name: 'smtp.Dial', source: 'net/smtp/smtp.go Dial', opens: client('smtp.Client'), ...dials },
  {
    name: 'smtp.NewClient',
    source: 'net/smtp/smtp.go NewClient: closes the connection when the greeting fails',
    blocks: { wait: 'read', limitedBy: ['readTimeout'] },
    wraps: { type: 'smtp.Client' },
    ok: ['nonnull', 'null'],
    fails: [{ results: ['null', 'nonnull'], closesOnFailure: true }],
  },
  { name: 'smtp.Client.Close', source: 'net/smtp/smtp.go Client.Close', closes: true, step: { do: 'close' } },
  { name: 'smtp.Client.Quit', source: 'net/smtp/smtp.go Client.Quit: closes only after the server answered', ...talks, closes: true },
  {
    name: ['Hello', 'StartTLS', 'Auth', 'Mail', 'Rcpt', 'Reset', 'Noop', 'Verify'].map((method) => `smtp.Client.${method}`),
    source: 'net/smtp/smtp.go Client',
    ...talks,
  },
  { name: 'smtp.Client.Data', source: 'net/smtp/smtp.go Client.Data', ok: ['nonnull', 'null'], fails: failsWithNil },
  { name: ['smtp.Client.Extension', 'smtp.Client.TLSConnectionState'], source: 'net/smtp/smtp.go Client' },
  { name: 'textproto.Dial', source: 'net/textproto/textproto.go Dial', opens: client('textproto.Conn'), ...dials },
  { name: 'textproto.NewConn', source: 'net/textproto/textproto.go NewConn', wraps: { type: 'textproto.Conn' } },
  { name: 'textproto.Conn.Close', source: 'net/textproto/textproto.go Conn.Close', closes: true, step: { do: 'close' } },
  {
    name: [
      'textproto.Conn.Cmd',
      'textproto.Conn.ReadLine',
      'textproto.Conn.ReadResponse',
      'textproto.Conn.ReadCodeLine',
      'textproto.Conn.PrintfLine',
      'textproto.Conn.ReadMIMEHeader',
      'textproto.Conn.ReadDotLines',
      'textproto.Conn.ReadDotBytes',
      'textproto.Conn.StartResponse',
      'textproto.Conn.EndResponse',
      'textproto.Conn.DotWriter',
      'textproto.Conn.DotReader',
    ],
    source: 'net/textproto/textproto.go Conn',
  },
  { name: `${ssh}.Dial`, source: 'x/crypto/ssh/client.go Dial: closes when the handshake fails', opens: client(`${ssh}.Client`), ...dials },
  {
    name: [`${ssh}.Client.Close`, `${ssh}.Conn.Close`],
    source: 'x/crypto/ssh/client.go Client, connection.go Conn',
    closes: true,
    step: { do: 'close' },
  },
  {
    name: [`${ssh}.Client.NewSession`, `${ssh}.Client.Listen`, `${ssh}.Client.ListenTCP`, `${ssh}.Conn.OpenChannel`],
    source: 'x/crypto/ssh/client.go Client',
    ok: ['nonnull', 'null'],
    fails: failsWithNil,
  },
  {
    name: [`${ssh}.NewClientConn`, `${ssh}.NewServerConn`],
    source: 'x/crypto/ssh/client.go NewClientConn, server.go NewServerConn: close the connection when the handshake fails',
    blocks: { wait: 'handshake', limitedBy: ['readTimeout'] },
    wraps: { type: `${ssh}.Conn` },
    ok: ['nonnull', '?', '?', 'null'],
    fails: [{ results: ['null', 'null', 'null', 'nonnull'], closesOnFailure: true }],
    step: { do: 'recv' },
  },
  { name: `${ssh}.NewClient`, source: 'x/crypto/ssh/client.go NewClient', wraps: { type: `${ssh}.Client` }, ok: ['nonnull'] },
  {
    name: [`${ssh}.Conn.Wait`, `${ssh}.Client.Wait`],
    source: 'x/crypto/ssh/mux.go mux.loop: closes the connection before Wait returns',
    closes: true,
    ok: ['?'],
    step: { do: 'recvUntilEof' },
  },
  {
    name: [`${ssh}.Conn.SendRequest`],
    source: 'x/crypto/ssh/connection.go Conn.SendRequest',
    ok: ['?', '?', 'null'],
    fails: [{ results: ['?', '?', 'nonnull'] }],
  },
];

export const library: Library = {
  id: 'go-clients',
  languages: ['go'],
  title: 'net/rpc, net/smtp, net/textproto, ssh',
  types: [
    {
      name: 'rpc.Client',
      source: 'net/rpc/client.go Client: its goroutine reads until the connection ends',
      onDrop: 'never',
      managed: true,
      defaults: netDefaults,
    },
    { name: 'smtp.Client', source: 'net/smtp/smtp.go Client', onDrop: 'collector', defaults: netDefaults },
    { name: 'textproto.Conn', source: 'net/textproto/textproto.go Conn', onDrop: 'collector', defaults: netDefaults },
    {
      name: `${ssh}.Conn`,
      source: 'x/crypto/ssh/connection.go Conn; server.go ServerConn',
      onDrop: 'never',
      managed: true,
      defaults: netDefaults,
    },
    {
      name: `${ssh}.ServerConn`,
      source: 'x/crypto/ssh/server.go ServerConn embeds Conn',
      extends: `${ssh}.Conn`,
      onDrop: 'never',
      managed: true,
      defaults: netDefaults,
    },
    {
      name: `${ssh}.Client`,
      source: 'x/crypto/ssh/client.go Client: its goroutines read until the connection ends',
      onDrop: 'never',
      managed: true,
      defaults: netDefaults,
    },
  ],
  calls,
};
