/** Go's database clients that hand out connections or hold pools: pgx, lib/pq, redigo, go-redis, mgo, MongoDB's driver, gocql. */

import type { CallFact, Library } from '../flow/facts.js';
import { client, onlyError, opening, perPath, valueOrError } from './go-kit.js';

const pgx = perPath(['github.com/jackc/pgx', 'github.com/jackc/pgx/v4', 'github.com/jackc/pgx/v5'], (path) => {
  const single = client({
    type: `${path}.Conn`,
    source: 'pgx conn.go Conn',
    closes: ['Close'],
    closedBy: 'Close(context.Background())',
    errors: ['Ping', 'Deallocate'],
    values: ['Exec', 'Prepare', 'WaitForNotification', 'Begin', 'BeginTx', 'CopyFrom', 'LoadType'],
    plain: ['QueryRow', 'IsClosed', 'Config', 'TypeMap', 'ConnInfo'],
    onDrop: 'collector',
  });
  const rows = client({
    type: `${path}.Rows`,
    source: 'pgx rows.go Rows: the connection is busy until they are closed or read to the end',
    closes: ['Close'],
    errors: ['Scan'],
    values: ['Values'],
    plain: ['Err', 'CommandTag', 'FieldDescriptions'],
  });
  const queries = ['Conn', 'Tx', 'ConnPool'].map((type) => `${path}.${type}.Query`);
  return {
    types: [...single.types, ...rows.types],
    calls: [
      ...single.calls,
      ...rows.calls,
      {
        name: [`${path}.Connect`, `${path}.ConnectConfig`, `${path}.ConnectWithOptions`],
        source: 'pgx conn.go Connect',
        ...opening(`${path}.Conn`),
      },
      {
        name: queries,
        source: 'pgx conn.go Conn.Query',
        opens: { type: `${path}.Rows`, role: 'client', connected: true },
        ...valueOrError(),
      },
      {
        name: `${path}.Rows.Next`,
        source: 'pgx rows.go Rows.Next: false closes the rows',
        ok: ['true'],
        fails: [{ results: ['false'], closesOnFailure: true }],
      },
      {
        name: [`${path}.CollectRows`, `${path}.CollectOneRow`, `${path}.CollectExactlyOneRow`, `${path}.ForEachRow`],
        source: 'pgx v5 rows.go CollectRows: closes the rows',
        closes: true,
        ok: ['?', 'null'],
        fails: [{ results: ['?', 'nonnull'], closesOnFailure: true }],
      },
    ],
  };
});

const pool = perPath(['github.com/jackc/pgx/v4/pgxpool', 'github.com/jackc/pgx/v5/pgxpool'], (path) => {
  const rows = `${path.replace('/pgxpool', '')}.Rows`;
  const all = client({
    type: `${path}.Pool`,
    source: 'pgx pgxpool/pool.go Pool',
    closes: ['Close'],
    errors: ['AcquireFunc'],
    values: ['Exec', 'Begin', 'BeginTx', 'CopyFrom'],
    plain: ['QueryRow', 'Stat', 'Config', 'Reset'],
  });
  const one = client({
    type: `${path}.Conn`,
    source: 'pgx pgxpool/conn.go Conn.Release: goes back to the pool',
    closes: ['Release'],
    errors: ['Ping'],
    values: ['Exec', 'Begin', 'BeginTx', 'CopyFrom'],
    plain: ['QueryRow'],
    views: { Conn: `${path}.Conn` },
  });
  return {
    types: [...all.types, ...one.types],
    calls: [
      ...all.calls,
      ...one.calls,
      {
        name: [`${path}.New`, `${path}.NewWithConfig`, `${path}.Connect`, `${path}.ConnectConfig`],
        source: 'pgx pgxpool/pool.go New: a pool that dials when it is used',
        wraps: { type: `${path}.Pool` },
        ...valueOrError(),
      },
      { name: `${path}.Pool.Acquire`, source: 'pgx pgxpool/pool.go Pool.Acquire: must be released', ...opening(`${path}.Conn`) },
      { name: `${path}.Conn.Hijack`, source: 'pgx pgxpool/conn.go Conn.Hijack', takes: true },
      {
        name: [`${path}.Pool.Query`, `${path}.Conn.Query`],
        source: 'pgx pgxpool/pool.go Pool.Query',
        opens: { type: rows, role: 'client', connected: true },
        ...valueOrError(),
      },
    ],
  };
});

const redigo = perPath(['github.com/gomodule/redigo/redis', 'github.com/garyburd/redigo/redis'], (path) => {
  const conn = client({
    type: `${path}.Conn`,
    source: 'redigo redis/redis.go Conn',
    closes: ['Close'],
    errors: ['Send', 'Flush'],
    values: ['Do', 'Receive'],
    plain: ['Err'],
    onDrop: 'collector',
  });
  const subscribed = `${path}.PubSubConn`;
  return {
    types: [
      ...conn.types,
      { name: subscribed, source: 'redigo redis/pubsub.go PubSubConn: closing it closes its Conn', onDrop: 'collector', managed: true },
    ],
    calls: [
      ...conn.calls,
      {
        name: [`${path}.Dial`, `${path}.DialContext`, `${path}.DialURL`, `${path}.DialURLContext`, `${path}.DialTimeout`],
        source: 'redigo redis/conn.go Dial: closes the connection when a command of its set-up fails',
        ...opening(`${path}.Conn`),
      },
      { name: `${path}.NewConn`, source: 'redigo redis/conn.go NewConn', wraps: { type: `${path}.Conn` } },
      {
        name: `${path}.Pool.Get`,
        source: 'redigo redis/pool.go Pool.Get: must be closed, also when it is an error',
        opens: { type: `${path}.Conn`, role: 'client', connected: true },
        ok: ['nonnull'],
      },
      { name: `${path}.Pool.GetContext`, source: 'redigo redis/pool.go Pool.GetContext', ...opening(`${path}.Conn`) },
      {
        name: [`${path}.String`, `${path}.Int`, `${path}.Bytes`, `${path}.Bool`, `${path}.Strings`, `${path}.Int64`, `${path}.Values`],
        source: 'redigo redis/reply.go',
        ok: ['?', 'null'],
        fails: [{ results: ['?', 'nonnull'] }],
      },
    ],
  };
});

const goRedis = perPath(
  [
    'github.com/go-redis/redis',
    'github.com/go-redis/redis/v7',
    'github.com/go-redis/redis/v8',
    'github.com/go-redis/redis/v9',
    'github.com/redis/go-redis/v9',
  ],
  (path) => {
    const kinds = ['Client', 'ClusterClient', 'Ring'];
    const clients = kinds.map((kind) => client({ type: `${path}.${kind}`, source: 'go-redis redis.go Client.Close', closes: ['Close'] }));
    const subscription = client({
      type: `${path}.PubSub`,
      source: 'go-redis pubsub.go PubSub: has a connection of its own',
      closes: ['Close'],
      errors: ['Ping'],
      values: ['Receive', 'ReceiveMessage', 'ReceiveTimeout'],
      views: { Channel: `${path}.PubSub`, ChannelSize: `${path}.PubSub` },
    });
    const single = client({ type: `${path}.Conn`, source: 'go-redis redis.go Conn: goes back to the pool', closes: ['Close'] });
    return {
      types: [...clients, subscription, single].flatMap((one) => one.types),
      calls: [
        ...[...clients, subscription, single].flatMap((one) => one.calls),
        ...[
          ['NewClient', 'Client'],
          ['NewFailoverClient', 'Client'],
          ['NewClusterClient', 'ClusterClient'],
          ['NewRing', 'Ring'],
        ].map(([make, kind]): CallFact => ({
          name: `${path}.${make}`,
          source: 'go-redis redis.go NewClient: a pool that dials when it is used',
          wraps: { type: `${path}.${kind}` },
          ok: ['nonnull'],
        })),
        {
          name: kinds.flatMap((kind) => ['Subscribe', 'PSubscribe', 'SSubscribe'].map((method) => `${path}.${kind}.${method}`)),
          source: 'go-redis redis.go Client.Subscribe',
          opens: { type: `${path}.PubSub`, role: 'client', connected: true },
          ok: ['nonnull'],
        },
        {
          name: `${path}.Client.Conn`,
          source: 'go-redis redis.go Client.Conn',
          opens: { type: `${path}.Conn`, role: 'client', connected: true },
          ok: ['nonnull'],
        },
      ],
    };
  },
);

const mgo = perPath(['gopkg.in/mgo.v2', 'labix.org/v2/mgo', 'github.com/globalsign/mgo'], (path) => {
  const session = client({
    type: `${path}.Session`,
    source: 'mgo session.go Session.Close',
    closes: ['Close'],
    errors: ['Ping', 'Login'],
    plain: ['SetMode', 'SetSafe', 'SetSocketTimeout', 'SetSyncTimeout'],
    views: { DB: `${path}.Database` },
  });
  return {
    types: [
      ...session.types,
      { name: `${path}.Database`, source: 'mgo session.go Database: holds its Session', onDrop: 'never', managed: true },
    ],
    calls: [
      ...session.calls,
      {
        name: [`${path}.Dial`, `${path}.DialWithTimeout`, `${path}.DialWithInfo`],
        source: 'mgo session.go DialWithInfo',
        ...opening(`${path}.Session`),
      },
      {
        name: [`${path}.Session.Copy`, `${path}.Session.Clone`, `${path}.Session.New`],
        source: 'mgo session.go Session.Copy: must be closed',
        opens: { type: `${path}.Session`, role: 'client', connected: true },
        ok: ['nonnull'],
      },
      { name: `${path}.Database.C`, source: 'mgo session.go Database.C: holds its Session', wraps: { type: `${path}.Database` } },
    ],
  };
});

const mongoPath = 'go.mongodb.org/mongo-driver/mongo';
const mongo = client({
  type: `${mongoPath}.Client`,
  source: 'mongo-driver mongo/client.go Client.Disconnect',
  closes: ['Disconnect'],
  closedBy: 'Disconnect(context.Background())',
  values: ['ListDatabaseNames', 'StartSession'],
  views: { Database: `${mongoPath}.Database` },
});
const cassandra = 'github.com/gocql/gocql';
const gocql = client({
  type: `${cassandra}.Session`,
  source: 'gocql session.go Session.Close',
  closes: ['Close'],
  plain: ['Closed', 'SetConsistency', 'SetPageSize'],
  views: { Query: `${cassandra}.Query`, NewBatch: `${cassandra}.Query` },
});
const postgres = 'github.com/lib/pq';
const listener = client({
  type: `${postgres}.Listener`,
  source: 'lib/pq notify.go Listener',
  closes: ['Close'],
  errors: ['Listen', 'Unlisten', 'UnlistenAll', 'Ping'],
  views: { NotificationChannel: `${postgres}.Listener` },
});

export const library: Library = {
  id: 'go-databases',
  languages: ['go'],
  title: 'pgx, lib/pq, redigo, go-redis, mgo, MongoDB, Cassandra',
  types: [
    ...[pgx, pool, redigo, goRedis, mgo, mongo, gocql, listener].flatMap((one) => one.types),
    { name: `${mongoPath}.Database`, source: 'mongo-driver mongo/database.go Database: holds its Client', onDrop: 'never', managed: true },
    { name: `${cassandra}.Query`, source: 'gocql session.go Query: holds its Session', onDrop: 'never', managed: true },
  ],
  calls: [
    ...[pgx, pool, redigo, goRedis, mgo, mongo, gocql, listener].flatMap((one) => one.calls),
    {
      name: `${mongoPath}.Connect`,
      source: 'mongo-driver mongo/client.go Connect: a pool that dials when it is used',
      wraps: { type: `${mongoPath}.Client` },
      ...valueOrError(),
    },
    {
      name: `${mongoPath}.Database.Collection`,
      source: 'mongo-driver mongo/database.go Database.Collection: holds its Client',
      wraps: { type: `${mongoPath}.Database` },
    },
    {
      name: [`${cassandra}.ClusterConfig.CreateSession`, `${cassandra}.NewSession`],
      source: 'gocql cluster.go ClusterConfig.CreateSession',
      ...opening(`${cassandra}.Session`),
    },
    {
      name: [`${postgres}.NewListener`, `${postgres}.NewDialListener`],
      source: 'lib/pq notify.go NewListener: connects in a goroutine of its own',
      opens: { type: `${postgres}.Listener`, role: 'client', connected: true },
      ok: ['nonnull'],
    },
    { name: `${cassandra}.Query.Exec`, source: 'gocql session.go Query.Exec', ...onlyError },
  ],
};
