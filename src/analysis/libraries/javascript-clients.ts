/** Clients of servers: databases, caches, mail, directories. One object that connects, is asked, and is ended by a method. */

import type { CallFact, Library } from '../flow/facts.js';
import { client } from './javascript-kit.js';
import type { ClientShape } from './javascript-kit.js';

/** What gives a client back to its pool, where that is a function. */
const ender = 'pg.PoolClient.release()';

const clients: ClientShape[] = [
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
    source: 'pg-pool index.js connect, _acquireClient: whoever takes a client must release it; a callback gets what does so, too',
    makers: ['pg.Pool.connect'],
    callbacks: ['pg.Pool.connect'],
    ender,
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
    type: 'mysql.Connection',
    source:
      'mysql lib/Connection.js connect, query: connects at the latest when it is asked; mysql2 lib/base/connection.js: when it is made',
    direct: ['mysql.createConnection', 'mysql2.createConnection'],
    // A failure of these is one of the connection: it is over (mysql lib/protocol/Protocol.js _enqueue, handleNetworkError).
    connect: ['connect', 'ping'],
    closes: ['end', 'destroy', 'close'],
    tells: ['query', 'execute', 'beginTransaction', 'commit', 'rollback', 'escape', 'format', 'promise'],
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
    type: 'mysql.PoolConnection',
    source: 'mysql lib/Pool.js getConnection; mysql2 lib/base/pool.js getConnection: whoever takes one must release it',
    callbacks: ['mysql.Pool.getConnection'],
    closes: ['release', 'destroy'],
    tells: ['query', 'execute', 'ping', 'beginTransaction', 'commit', 'rollback', 'escape', 'format', 'promise'],
  },
  {
    type: 'mongodb.MongoClient',
    source: 'mongodb src/mongo_client.ts close',
    later: ['mongodb.MongoClient'],
    makers: ['mongodb.MongoClient.connect'],
    callbacks: ['mongodb.MongoClient.connect'],
    connect: [],
    closes: ['close'],
    asks: [],
    tells: ['db', 'startSession'],
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
    source: 'ioredis lib/Redis.ts connect, quit, disconnect: connects when it is made, again and again',
    direct: ['ioredis', 'ioredis.Redis', 'ioredis.default', 'ioredis.createClient'],
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
    type: 'imapflow.ImapFlow',
    source: 'imapflow lib/imap-flow.js logout, close',
    later: ['imapflow.ImapFlow'],
    connect: ['connect'],
    closes: ['logout', 'close'],
    asks: ['mailboxOpen', 'getMailboxLock', 'fetchOne', 'search', 'status', 'list', 'noop', 'messageDelete', 'messageMove', 'append'],
  },
  {
    type: 'imap',
    source: 'imap lib/Connection.js end, destroy',
    later: ['imap'],
    connect: ['connect'],
    closes: ['end', 'destroy'],
    events: { mail: 'reads', ready: 'later' },
    tells: ['openBox', 'search', 'fetch', 'addFlags', 'closeBox'],
  },
  {
    type: 'ldapjs.Client',
    source: 'ldapjs lib/client/client.js unbind, destroy',
    direct: ['ldapjs.createClient'],
    closes: ['unbind', 'destroy'],
    tells: ['bind', 'search', 'add', 'modify', 'del', 'compare', 'starttls'],
  },
  {
    type: 'cassandra-driver.Client',
    source: 'cassandra-driver lib/client.js shutdown',
    later: ['cassandra-driver.Client'],
    connect: ['connect'],
    closes: ['shutdown'],
    asks: ['execute', 'batch'],
  },
];

const facts = clients.map(client);

/** Pools, by what they give. */
const pools: CallFact[] = [
  { name: ['mysql.createPool', 'mysql2.createPool'], source: 'mysql index.js createPool; mysql2 index.js createPool', gives: 'mysql.Pool' },
  { name: ['mysql2/promise.createPool', 'promise-mysql.createPool'], source: 'mysql2 promise.js createPool', gives: 'mysql2.Pool' },
];

export const library: Library = {
  id: 'javascript-clients',
  languages: ['javascript'],
  title: 'pg, mysql, mysql2, mongodb, redis, cassandra, FTP, IMAP, LDAP',
  types: [
    ...facts.map(({ type }) => type),
    { name: ender, source: 'pg-pool index.js _acquireClient', onDrop: 'never', managed: true, lever: true },
  ],
  calls: [...facts.flatMap(({ calls }) => calls), ...pools],
};
