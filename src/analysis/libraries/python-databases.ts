/** Python's clients of databases. Clients that are pools (redis, pymongo, SQLAlchemy) are left out: one lives as long as the program. */

import type { Library } from '../flow/facts.js';
import { clientFacts, dbApiErrors } from './python-kit.js';
import type { ClientShape } from './python-kit.js';

const cursor = {
  made: ['cursor'],
  asks: ['execute', 'executemany', 'callproc', 'fetchone', 'fetchmany', 'fetchall', 'nextset', 'copy_expert', 'copy_from', 'copy_to'],
};

const clients: ClientShape[] = [
  {
    type: 'pymysql.Connection',
    source: 'PyMySQL: pymysql/connections.py Connection.close, Connection.__del__; __exit__ closes since 1.0',
    onDrop: 'at-once',
    raises: ['pymysql.OperationalError'],
    makers: [
      {
        name: ['pymysql.connect', 'pymysql.Connect', 'pymysql.Connection', 'pymysql.connections.Connection'],
        source: 'PyMySQL: pymysql/connections.py Connection.connect: closes when it fails; connect_timeout is 10 s',
        limit: null,
      },
    ],
    closes: ['close', '__exit__'],
    asks: ['commit', 'rollback', 'ping', 'query', 'begin', 'select_db'],
    tells: ['autocommit', 'escape', 'escape_string', 'literal', 'get_server_info', 'thread_id'],
    views: cursor,
  },
  {
    type: 'MySQLdb.connections.Connection',
    source: 'mysqlclient: MySQLdb/connections.py Connection.__exit__ closes since 2.0',
    onDrop: 'at-once',
    raises: ['MySQLdb.OperationalError'],
    makers: [{ name: ['MySQLdb.connect', 'MySQLdb.Connect'], source: 'mysqlclient: MySQLdb/__init__.py Connect', limit: null }],
    closes: ['close', '__exit__'],
    asks: ['commit', 'rollback', 'ping', 'query', 'begin'],
    tells: ['autocommit', 'set_character_set'],
    views: cursor,
  },
  {
    type: 'mysql.connector.connection',
    source: 'mysql-connector-python: mysql/connector/abstracts.py MySQLConnectionAbstract.__exit__ closes',
    onDrop: 'at-once',
    raises: ['mysql.connector.Error'],
    makers: [
      {
        name: 'mysql.connector.connect',
        source: 'mysql-connector-python: mysql/connector/pooling.py connect; connection_timeout is 10 s',
        limit: null,
      },
    ],
    closes: ['close', 'disconnect', 'shutdown', '__exit__'],
    asks: ['commit', 'rollback', 'ping', 'reconnect', 'start_transaction', 'cmd_query'],
    tells: ['is_connected'],
    views: cursor,
  },
  {
    type: 'psycopg2.connection',
    source:
      'psycopg2 documentation, "with statement": leaving the block ends the transaction alone; psycopg/connection_type.c ' +
      'connection_dealloc closes',
    onDrop: 'at-once',
    raises: ['psycopg2.OperationalError'],
    makers: [{ name: 'psycopg2.connect', source: 'psycopg2: lib/__init__.py connect', limit: null }],
    closes: ['close'],
    asks: ['commit', 'rollback', 'reset', 'poll'],
    tells: ['set_session', 'set_isolation_level', 'set_client_encoding', 'get_dsn_parameters', 'fileno', 'cancel'],
    views: cursor,
  },
  {
    type: 'psycopg.Connection',
    source: 'psycopg 3: psycopg/connection.py Connection.__exit__ commits and closes',
    onDrop: 'at-once',
    raises: ['psycopg.OperationalError'],
    makers: [
      {
        name: ['psycopg.connect', 'psycopg.Connection.connect'],
        source: 'psycopg 3: psycopg/connection.py Connection.connect',
        limit: null,
      },
      {
        name: 'psycopg.AsyncConnection.connect',
        source: 'psycopg 3: psycopg/connection_async.py AsyncConnection.connect',
        limit: null,
        awaited: true,
      },
    ],
    closes: ['close', '__exit__', '__aexit__'],
    asks: ['commit', 'rollback', 'execute'],
    tells: ['set_autocommit', 'transaction', 'add_notice_handler', 'fileno'],
    views: cursor,
  },
  {
    type: 'asyncpg.Connection',
    source: 'asyncpg: asyncpg/connection.py Connection.close, terminate; __del__ only warns, the event loop holds the transport',
    onDrop: 'never',
    raises: ['asyncpg.PostgresError'],
    makers: [
      {
        name: ['asyncpg.connect', 'asyncpg.connection.connect'],
        source: 'asyncpg: asyncpg/connection.py connect: timeout is 60 s',
        limit: null,
        awaited: true,
      },
    ],
    closes: ['close', 'terminate'],
    asks: ['execute', 'executemany', 'fetch', 'fetchrow', 'fetchval', 'prepare', 'add_listener', 'copy_records_to_table', 'copy_to_table'],
    tells: ['transaction', 'cursor', 'set_type_codec', 'is_in_transaction', 'get_server_version'],
  },
];

const facts = clients.map(clientFacts);

export const library: Library = {
  id: 'python-databases',
  languages: ['python'],
  title: 'PyMySQL, mysqlclient, MySQL Connector, psycopg, asyncpg',
  types: facts.flatMap(({ types }) => types),
  calls: facts.flatMap(({ calls }) => calls),
  exceptions: {
    ...dbApiErrors(['pymysql', 'pymysql.err', 'MySQLdb'], ['pymysql.MySQLError']),
    'pymysql.MySQLError': ['pymysql.err.MySQLError'],
    'pymysql.err.MySQLError': ['Exception'],
    ...dbApiErrors(['mysql.connector', 'mysql.connector.errors']),
    ...dbApiErrors(['psycopg2', 'psycopg2.errors']),
    ...dbApiErrors(['psycopg', 'psycopg.errors']),
    'asyncpg.PostgresError': ['Exception'],
  },
};
