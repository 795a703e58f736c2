/** Clients of databases and caches in C: the handle owns the connection, also one that failed to connect. */

import type { CallFact, Library } from '../flow/facts.js';

const redis = 'hiredis.redisContext';
const postgres = 'libpq.PGconn';
const mysql = 'mysql.MYSQL';

const looking = (name: string[], source: string): CallFact => ({ name, source });

/** A command and its answer. */
const asking = (name: string[], source: string, ok: string, failed: string, waits = false): CallFact => ({
  name,
  source,
  ...(waits ? { blocks: { wait: 'read', limitedBy: ['readTimeout'] } } : {}),
  ok: [ok],
  fails: [{ results: [failed] }],
  step: { do: 'recv' },
});

const libpq = 'PostgreSQL, libpq, Database Connection Control Functions';

export const library: Library = {
  id: 'c-databases',
  languages: ['c', 'cpp'],
  title: 'Clients of databases (hiredis, libpq, MySQL)',
  types: [
    { name: redis, source: 'hiredis README, Cleaning up: redisFree() disconnects and frees', onDrop: 'never' },
    { name: postgres, source: `${libpq}: PQfinish() must be called even if the connection attempt failed`, onDrop: 'never', managed: true },
    { name: mysql, source: 'MySQL C API, mysql_close(): closes a previously opened connection', onDrop: 'never', managed: true },
  ],
  calls: [
    {
      name: ['redisConnect', 'redisConnectUnix', 'redisConnectNonBlock'],
      source: 'hiredis README, Connecting: a context, whose `err` tells of failure; it must be freed all the same',
      opens: { type: redis, role: 'client', connected: true },
      on: { result: 0 },
      blocks: { wait: 'connect' },
      ok: ['full'],
      step: { do: 'connect' },
    },
    {
      name: ['redisConnectWithTimeout', 'redisConnectUnixWithTimeout'],
      source: 'hiredis.h: with a limit for connecting and for commands',
      opens: { type: redis, role: 'client', connected: true },
      on: { result: 0 },
      sets: [
        { option: 'connectTimeout', value: 'unknown' },
        { option: 'readTimeout', value: 'unknown' },
      ],
      ok: ['full'],
      step: { do: 'connect' },
    },
    { name: 'redisFree', source: 'hiredis.h', closes: true, step: { do: 'close' } },
    {
      name: ['redisAsyncConnect', 'redisAsyncConnectUnix'],
      source: 'hiredis README, Asynchronous API: the event loop owns it',
      on: { result: 0 },
      ok: ['full'],
    },
    {
      name: 'redisSetTimeout',
      source: 'hiredis.h: limits commands',
      sets: [{ option: 'readTimeout', value: 'unknown' }],
      ok: ['zero'],
      fails: [{ results: ['=-1'], how: 'rare' }],
    },
    {
      name: ['redisEnableKeepAlive', 'redisEnableKeepAliveWithInterval'],
      source: 'hiredis.h, net.c redisKeepAlive(): SO_KEEPALIVE and its interval',
      sets: [{ option: 'SO_KEEPALIVE', value: 1 }],
      ok: ['zero'],
      fails: [{ results: ['=-1'], how: 'rare' }],
    },
    asking(
      ['redisCommand', 'redisvCommand', 'redisCommandArgv'],
      'hiredis README, Sending commands: a reply, or NULL',
      'full',
      'null',
      true,
    ),
    asking(['redisGetReply'], 'hiredis README, Pipelining', 'zero', '=-1', true),
    looking(['redisAppendCommand', 'redisAppendCommandArgv', 'redisReconnect'], 'hiredis.h: work on the context'),
    { name: 'freeReplyObject', source: 'hiredis.h: frees a reply, not its context' },
    {
      name: ['PQconnectdb', 'PQconnectdbParams', 'PQsetdbLogin', 'PQsetdb'],
      source: `${libpq}: PQconnectdb(): never NULL but for want of memory; PQstatus() tells of failure`,
      opens: { type: postgres, role: 'client', connected: true },
      on: { result: 0 },
      ok: ['full'],
      step: { do: 'connect' },
    },
    {
      name: ['PQconnectStart', 'PQconnectStartParams'],
      source: `${libpq}: PQconnectStart()`,
      opens: { type: postgres, role: 'client' },
      on: { result: 0 },
      ok: ['full'],
    },
    { name: 'PQfinish', source: `${libpq}: PQfinish()`, closes: true, step: { do: 'close' } },
    asking(
      ['PQexec', 'PQexecParams', 'PQprepare', 'PQexecPrepared', 'PQgetResult'],
      'PostgreSQL, libpq, Command Execution Functions: a result, or NULL',
      'full',
      'null',
    ),
    looking(
      [
        'PQstatus',
        'PQerrorMessage',
        'PQsocket',
        'PQserverVersion',
        'PQdb',
        'PQhost',
        'PQuser',
        'PQconnectPoll',
        'PQreset',
        'PQsetnonblocking',
        'PQsendQuery',
        'PQconsumeInput',
        'PQisBusy',
        'PQescapeLiteral',
        'PQescapeIdentifier',
        'PQescapeStringConn',
        'PQputCopyData',
        'PQputCopyEnd',
        'PQgetCopyData',
        'PQnotifies',
        'PQflush',
        'PQsetClientEncoding',
        'PQtransactionStatus',
        'PQparameterStatus',
      ],
      'PostgreSQL, libpq: look at the connection or work on it',
    ),
    looking(
      [
        'PQclear',
        'PQresultStatus',
        'PQresultErrorMessage',
        'PQntuples',
        'PQnfields',
        'PQgetvalue',
        'PQgetisnull',
        'PQfname',
        'PQcmdTuples',
      ],
      'PostgreSQL, libpq: work on a result',
    ),
    {
      name: 'mysql_init',
      source: 'MySQL C API, mysql_init(): a handle, connected by mysql_real_connect()',
      opens: { type: mysql, role: 'client', heldFrom: 'connect' },
      on: { result: 0 },
      ok: ['full'],
      fails: [{ results: ['null'], how: 'rare' }],
    },
    {
      name: 'mysql_real_connect',
      source: 'MySQL C API, mysql_real_connect(): the handle, or NULL',
      passes: { arg: 0 },
      ok: ['full'],
      fails: [{ results: ['null'], closesOnFailure: true }],
      step: { do: 'connect' },
    },
    { name: 'mysql_close', source: 'MySQL C API, mysql_close()', closes: true, step: { do: 'close' } },
    asking(['mysql_query', 'mysql_real_query', 'mysql_ping', 'mysql_select_db'], 'MySQL C API, mysql_query(): 0, or not 0', 'zero', 'pos'),
    looking(
      [
        'mysql_error',
        'mysql_errno',
        'mysql_store_result',
        'mysql_use_result',
        'mysql_options',
        'mysql_options4',
        'mysql_affected_rows',
        'mysql_insert_id',
        'mysql_field_count',
        'mysql_real_escape_string',
        'mysql_set_character_set',
        'mysql_autocommit',
        'mysql_commit',
        'mysql_rollback',
        'mysql_ssl_set',
        'mysql_sqlstate',
        'mysql_next_result',
        'mysql_get_server_info',
      ],
      'MySQL C API: look at the handle or work on it',
    ),
  ],
};
