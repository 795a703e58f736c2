/** Python's asyncio streams. Line references: CPython 3.11, asyncio/streams.py. */

import type { CallFact, FailFact, Library } from '../flow/facts.js';

const lost: FailFact[] = [{ throws: ['ConnectionError'] }];
/**
 * A stream tells of it only after its transport has closed the socket: selector_events.py _read_ready and _write_ready call
 * _fatal_error, which closes. Measured with 3.9, 3.11 and 3.13: a reset while read(), readexactly(), readline() and drain() wait leaves
 * no descriptor, though the streams are kept; an IncompleteReadError leaves it.
 */
const ended: FailFact[] = [{ throws: ['ConnectionError'], closesOnFailure: true }];
const r = 'asyncio.StreamReader.';
const w = 'asyncio.StreamWriter.';
const reads = {
  blocks: { wait: 'read' as const, limitedBy: ['readTimeout' as const] },
  fails: ended,
  step: { do: 'recv' as const, bytes: { arg: 0 } },
};
const t = 'asyncio.Transport.';
const accepted: NonNullable<CallFact['calls']>['gives'] = [
  { param: 1, type: 'asyncio.StreamWriter', role: 'accepted', owns: true, listener: 'asyncio.Server' },
  { param: 0, type: 'asyncio.StreamReader', role: 'accepted', owns: false },
];

export const library: Library = {
  id: 'python-asyncio',
  languages: ['python'],
  title: 'asyncio streams',
  types: [
    {
      name: 'asyncio.Server',
      source: 'asyncio/base_events.py create_server: reuse_address is set on POSIX unless the code says otherwise, backlog=100',
      onDrop: 'never',
      defaults: { SO_REUSEADDR: 1, BACKLOG: 100 },
    },
    { name: 'asyncio.StreamReader', source: 'streams.py StreamReader', onDrop: 'collector' },
    {
      name: 'asyncio.StreamWriter',
      // Measured with the collector off and the peer closed, three connections left open: 3.7 to 3.10 and 3.11.2 keep all three;
      // 3.11.7 and 3.12.1 keep those of a server only; 3.13.0 keeps none.
      source: 'streams.py StreamWriter.__del__ closes since 3.11.7 and 3.12.1, for connections of a server since 3.13',
      onDrop: 'collector',
      countedFrom: { client: 'Python 3.11.7 / 3.12.1', accepted: 'Python 3.13' },
    },
    { name: 'asyncio.StreamWriter.transport', source: 'streams.py StreamWriter.transport', onDrop: 'never' },
    {
      name: 'asyncio.Transport',
      source: 'selector_events.py _SelectorSocketTransport: the loop has it until it is closed; no keepalive, no limit',
      onDrop: 'never',
      readsOn: true,
    },
    {
      name: 'asyncio.trsock.TransportSocket',
      source: 'asyncio/trsock.py: questions and options of the socket, nothing that closes it',
      extends: 'socket.socket',
      onDrop: 'never',
    },
  ],
  calls: [
    {
      name: 'asyncio.open_connection',
      source: 'streams.py open_connection: create_connection closes its socket on failure, and takes over the one given as sock',
      on: { name: 'sock' },
      takes: true,
      fails: [{ throws: ['OSError'], closesOnFailure: true }],
      opens: {
        type: 'asyncio.StreamWriter',
        role: 'client',
        connected: true,
        ifAwaited: true,
        elements: [
          { index: 1, type: 'asyncio.StreamWriter' },
          { index: 0, type: 'asyncio.StreamReader' },
        ],
      },
      blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
      step: { do: 'connect' },
    },
    { name: 'asyncio.open_unix_connection', source: 'streams.py open_unix_connection', fails: [{ throws: ['OSError'] }] },
    {
      name: 'asyncio.start_server',
      source: 'streams.py start_server: the callback must close the writer',
      calls: { callee: { arg: 0, name: 'client_connected_cb' }, gives: accepted, spawns: true },
    },
    { name: [`${r}read`], source: 'streams.py StreamReader.read', ...reads, ok: ['full'], eof: { results: ['empty'] } },
    { name: `${r}readline`, source: 'streams.py StreamReader.readline', ...reads, ok: ['full'], eof: { results: ['empty'] } },
    // The loop ends by itself.
    {
      name: `${r}__anext__`,
      source: 'streams.py StreamReader.__anext__: StopAsyncIteration at the end',
      ...reads,
      ok: ['full'],
      eof: { results: ['null'] },
    },
    {
      name: [`${r}readexactly`, `${r}readuntil`],
      source: 'streams.py StreamReader.readexactly',
      ...reads,
      ok: ['full'],
      eof: { throws: ['asyncio.IncompleteReadError'] },
    },
    { name: [`${r}feed_data`, `${r}exception`], source: 'streams.py StreamReader: no waiting' },
    { name: `${r}at_eof`, source: 'streams.py StreamReader.at_eof', asksEnd: true },
    {
      name: [`${w}write`, `${w}writelines`],
      source: 'streams.py StreamWriter.write: only buffers',
      step: { do: 'send', bytes: { arg: 0 } },
    },
    {
      name: `${w}drain`,
      source: 'streams.py StreamWriter.drain',
      fails: ended,
      blocks: { wait: 'write', limitedBy: ['writeTimeout', 'TCP_USER_TIMEOUT'] },
    },
    { name: `${w}close`, source: 'streams.py StreamWriter.close', closes: true, step: { do: 'close' } },
    {
      name: `${w}wait_closed`,
      source: 'streams.py StreamWriter.wait_closed: awaits what connection_lost() of the protocol sets',
      waitsForClose: true,
    },
    { name: [`${w}is_closing`, `${w}transport.is_closing`], source: 'streams.py StreamWriter.is_closing', ok: ['false'] },
    {
      name: [`${w}transport.close`, `${w}transport.abort`],
      source: 'asyncio/transports.py WriteTransport.abort',
      closes: true,
      step: { do: 'close' },
    },
    { name: `${w}can_write_eof`, source: 'streams.py StreamWriter.can_write_eof' },
    {
      name: ['write', 'writelines'].map((name) => t + name),
      source: 'selector_events.py _SelectorSocketTransport.write: only buffers',
      step: { do: 'send', bytes: { arg: 0 } },
    },
    { name: `${t}write_eof`, source: 'selector_events.py write_eof', halfCloses: true, step: { do: 'shutdown', how: 'WR' } },
    { name: [`${t}close`, `${t}abort`], source: 'selector_events.py _SelectorTransport.close', closes: true, step: { do: 'close' } },
    {
      name: [
        'is_closing',
        'is_reading',
        'pause_reading',
        'resume_reading',
        'can_write_eof',
        'get_protocol',
        'set_write_buffer_limits',
        'get_write_buffer_size',
        'get_write_buffer_limits',
      ].map((name) => t + name),
      source: 'asyncio/transports.py: no waiting',
    },
    {
      name: [`${w}get_extra_info`, `${t}get_extra_info`],
      source: 'streams.py StreamWriter.get_extra_info; selector_events.py _SelectorTransport: "socket" is a TransportSocket',
      variants: [
        { when: { arg: { arg: 0, name: 'name' }, names: ['socket'] }, then: { wraps: { type: 'asyncio.trsock.TransportSocket' } } },
      ],
    },
    { name: `${w}write_eof`, source: 'streams.py StreamWriter.write_eof', halfCloses: true, step: { do: 'shutdown', how: 'WR' } },
    { name: `${w}start_tls`, source: 'streams.py StreamWriter.start_tls', fails: [{ throws: ['OSError'] }], blocks: { wait: 'handshake' } },
    {
      name: '*.sock_accept',
      source: 'asyncio/selector_events.py sock_accept',
      fails: [{ throws: ['OSError'] }],
      on: { arg: 0, name: 'sock' },
      opens: {
        type: 'socket.socket',
        role: 'accepted',
        elements: [{ index: 0, type: 'socket.socket' }],
        connected: true,
        inheritsFrom: { arg: 0, name: 'sock' },
        ifAwaited: true,
        ifUnpacked: true,
      },
      blocks: { wait: 'accept' },
      step: { do: 'accept' },
    },
    {
      name: ['*.remove_reader', '*.remove_writer'],
      source: 'selector_events.py BaseSelectorEventLoop._remove_reader: stops watching the descriptor, and leaves it open',
      on: { arg: 0, name: 'fd' },
    },
    {
      name: '*.sock_connect',
      source: 'asyncio/selector_events.py sock_connect',
      on: { arg: 0, name: 'sock' },
      fails: [{ throws: ['OSError'] }],
      blocks: { wait: 'connect', limitedBy: ['connectTimeout'] },
      step: { do: 'connect' },
    },
    {
      name: '*.sock_recv',
      source: 'asyncio/selector_events.py sock_recv',
      on: { arg: 0, name: 'sock' },
      ok: ['full'],
      eof: { results: ['empty'] },
      fails: lost,
      blocks: { wait: 'read', limitedBy: ['readTimeout'] },
      step: { do: 'recv', bytes: { arg: 1 } },
    },
    {
      name: '*.sock_recv_into',
      source: 'asyncio/selector_events.py sock_recv_into',
      on: { arg: 0, name: 'sock' },
      ok: ['pos'],
      eof: { results: ['zero'] },
      fails: lost,
      blocks: { wait: 'read', limitedBy: ['readTimeout'] },
      step: { do: 'recv' },
    },
    {
      name: ['*.sock_sendall', '*.sock_sendfile'],
      source: 'asyncio/selector_events.py sock_sendall',
      on: { arg: 0, name: 'sock' },
      fails: lost,
      blocks: { wait: 'write', limitedBy: ['writeTimeout', 'TCP_USER_TIMEOUT'] },
      step: { do: 'send', bytes: { arg: 1 } },
    },
    { name: 'asyncio.gather', source: 'tasks.py gather: until all are done', waitsForAll: true },
    {
      name: ['asyncio.sleep'],
      source: 'asyncio/tasks.py sleep',
      blocks: { wait: 'sleep', limit: { arg: 0 } },
      step: { do: 'sleep', for: { arg: 0 } },
    },
    {
      name: ['asyncio.wait_for', 'asyncio.shield'],
      source: 'asyncio/tasks.py wait_for',
      passes: { arg: 0 },
      fails: [{ throws: ['TimeoutError'] }],
    },
  ],
  handlers: ['asyncio.Protocol', 'asyncio.BufferedProtocol', 'asyncio.protocols.Protocol'].map((base) => ({
    base,
    source: 'asyncio/protocols.py BaseProtocol.connection_made: gets the transport, which the loop reads from then on',
    methods: ['connection_made'],
    param: 0,
    type: 'asyncio.Transport',
    role: 'accepted' as const,
    owns: false,
    watched: true,
    near: {
      words: {
        'loop.create_server': 'accepted' as const,
        'loop().create_server': 'accepted' as const,
        'loop.create_connection': 'client' as const,
        'loop().create_connection': 'client' as const,
        peername: 'accepted' as const,
      },
      without: ['create_serial', 'serial_asyncio', 'create_unix', 'connect_read_pipe', 'create_datagram', 'subprocess_exec'],
    },
  })),
  exceptions: { 'asyncio.IncompleteReadError': ['EOFError'], 'asyncio.LimitOverrunError': ['Exception'] },
};
