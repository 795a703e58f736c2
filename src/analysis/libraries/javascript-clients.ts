/** Clients of servers: databases, brokers, shells, mail, WebSockets. One object that connects, is asked, and is ended by a method. */

import type { CallFact, EventMeaning, Library, TypeFact } from '../flow/facts.js';

interface Client {
  type: string;
  source: string;
  /** Makes one that connects at once, or that is awaited until it has. */
  makers?: string[];
  /** Makes one that connects with `connect` alone. */
  later?: string[];
  connect?: string[];
  closes: string[];
  /** Methods that wait for the server and can fail. */
  asks: string[];
  tells?: string[];
}

const over: Partial<Record<string, EventMeaning>> = { error: 'over', end: 'over', close: 'over', message: 'reads', open: 'later' };
const on = ['on', 'once', 'addListener', 'off', 'removeListener', 'removeAllListeners'];

const clients: Client[] = [
  {
    type: 'pg.Client',
    source: 'pg lib/client.js Client.end',
    later: ['pg.Client'],
    connect: ['connect'],
    closes: ['end'],
    asks: ['query'],
  },
  {
    type: 'pg.PoolClient',
    source: 'pg-pool index.js: whoever takes a client must release it',
    makers: ['pg.Pool.connect'],
    closes: ['release'],
    asks: ['query'],
  },
  {
    type: 'mysql2.Connection',
    source: 'mysql2 lib/base/connection.js end, destroy',
    makers: ['mysql2/promise.createConnection', 'mysql2.promise.createConnection', 'promise-mysql.createConnection'],
    closes: ['end', 'destroy', 'close'],
    asks: ['query', 'execute', 'ping', 'beginTransaction', 'commit', 'rollback', 'connect'],
    tells: ['escape', 'format'],
  },
  {
    type: 'mysql2.PoolConnection',
    source: 'mysql2 lib/pool.js releaseConnection',
    makers: ['mysql2.Pool.getConnection'],
    closes: ['release', 'destroy'],
    asks: ['query', 'execute', 'ping', 'beginTransaction', 'commit', 'rollback'],
    tells: ['escape', 'format'],
  },
  {
    type: 'mongodb.MongoClient',
    source: 'mongodb src/mongo_client.ts close',
    later: ['mongodb.MongoClient'],
    makers: ['mongodb.MongoClient.connect'],
    connect: [],
    closes: ['close'],
    asks: [],
    tells: ['db', 'startSession'],
  },
  {
    type: 'amqplib.Connection',
    source: 'amqplib lib/channel_model.js close',
    makers: ['amqplib.connect', 'amqplib/channel_api.connect'],
    closes: ['close'],
    asks: ['createChannel', 'createConfirmChannel'],
  },
  {
    type: 'redis.Client',
    source: 'redis packages/client/lib/client/index.ts quit, disconnect, close',
    later: ['redis.createClient'],
    connect: ['connect'],
    closes: ['quit', 'disconnect', 'close', 'destroy', 'QUIT'],
    asks: ['get', 'set', 'del', 'ping', 'hGet', 'hSet', 'publish', 'subscribe', 'keys'],
  },
  {
    type: 'ioredis',
    source: 'ioredis lib/Redis.ts quit, disconnect',
    makers: ['ioredis', 'ioredis.Redis'],
    closes: ['quit', 'disconnect'],
    asks: ['get', 'set', 'del', 'ping', 'hget', 'hset', 'publish', 'keys', 'info'],
  },
  {
    type: 'basic-ftp.Client',
    source: 'basic-ftp src/Client.ts close',
    later: ['basic-ftp.Client'],
    connect: ['access', 'connect'],
    closes: ['close'],
    asks: ['list', 'cd', 'uploadFrom', 'downloadTo', 'ensureDir', 'uploadFromDir', 'downloadToDir', 'remove', 'rename', 'size'],
    tells: ['trackProgress'],
  },
  {
    type: 'ssh2-sftp-client',
    source: 'ssh2-sftp-client src/index.js end',
    later: ['ssh2-sftp-client'],
    connect: ['connect'],
    closes: ['end'],
    asks: ['list', 'get', 'put', 'fastGet', 'fastPut', 'mkdir', 'delete', 'exists', 'stat', 'rename', 'rmdir'],
  },
];

function factsOf({ type, source, makers = [], later = [], connect = [], closes, asks, tells = [] }: Client): {
  type: TypeFact;
  calls: CallFact[];
} {
  const of = (names: string[]): string[] => names.map((name) => `${type}.${name}`);
  const fails = [{ throws: ['Error'] }];
  const calls: CallFact[] = [
    { name: makers, source, opens: { type, role: 'client', connected: true, ifAwaited: true }, fails, step: { do: 'connect' } },
    { name: later, source, opens: { type, role: 'client', heldFrom: 'connect' } },
    { name: of(connect), source, fails: [{ throws: ['Error'], closesOnFailure: true }], step: { do: 'connect' }, passes: 'receiver' },
    { name: of(closes), source, closes: true, step: { do: 'close' } },
    { name: of(asks), source, fails, step: { do: 'send' }, then: [{ do: 'recv' }] },
    { name: of(tells), source },
    { name: of(on), source, handles: { event: { arg: 0 }, callee: { arg: 1 } }, passes: 'receiver' },
  ];
  const method = closes[0] ?? 'end';
  return {
    type: { name: type, source, onDrop: 'never', managed: true, events: over, closedBy: `${method}()` },
    calls: calls.filter(({ name }) => name.length > 0),
  };
}

const facts = clients.map(factsOf);

export const library: Library = {
  id: 'javascript-clients',
  languages: ['javascript'],
  title: 'pg, mysql2, mongodb, redis, amqplib, FTP',
  types: facts.map(({ type }) => type),
  calls: facts.flatMap(({ calls }) => calls),
};
