/** Go's package database/sql: rows and reserved connections hold a connection of the pool. */

import type { CallFact, FailFact, Library } from '../flow/facts.js';

const failsWithNil: FailFact[] = [{ results: ['null', 'nonnull'] }];
const opens = (type: string): Pick<CallFact, 'opens' | 'ok' | 'fails'> => ({
  opens: { type, role: 'client', connected: true },
  ok: ['nonnull', 'null'],
  fails: failsWithNil,
});
const owners = ['sql.DB', 'sql.Tx', 'sql.Conn', 'sql.Stmt'];

export const library: Library = {
  id: 'go-sql',
  languages: ['go'],
  title: 'database/sql',
  types: [
    { name: 'sql.Rows', source: 'database/sql/sql.go Rows: holds its connection until Close or the end', onDrop: 'never', managed: true },
    { name: 'sql.Conn', source: 'database/sql/sql.go Conn: returned to the pool by Close', onDrop: 'never', managed: true },
  ],
  calls: [
    {
      name: ['sql.Open', 'sql.OpenDB'],
      source: 'database/sql/sql.go Open: a pool that dials when it is used',
      wraps: { type: 'sql.DB' },
      ok: ['nonnull', 'null'],
      fails: failsWithNil,
    },
    {
      name: ['sql.DB.Begin', 'sql.DB.BeginTx', 'sql.Conn.BeginTx'],
      source: 'database/sql/sql.go DB.Begin',
      wraps: { type: 'sql.Tx' },
      ok: ['nonnull', 'null'],
      fails: failsWithNil,
    },
    {
      name: ['sql.DB.Prepare', 'sql.DB.PrepareContext', 'sql.Tx.Prepare', 'sql.Tx.PrepareContext', 'sql.Conn.PrepareContext'],
      source: 'database/sql/sql.go DB.Prepare',
      wraps: { type: 'sql.Stmt' },
      ok: ['nonnull', 'null'],
      fails: failsWithNil,
    },
    {
      name: owners.flatMap((type) => [`${type}.Query`, `${type}.QueryContext`]),
      source: 'database/sql/sql.go DB.Query',
      ...opens('sql.Rows'),
    },
    { name: 'sql.DB.Conn', source: 'database/sql/sql.go DB.Conn', ...opens('sql.Conn') },
    { name: ['sql.Rows.Close', 'sql.Conn.Close'], source: 'database/sql/sql.go Rows.Close, Conn.Close', closes: true },
    {
      name: 'sql.Rows.Next',
      source: 'database/sql/sql.go Rows.Next: false closes the rows',
      ok: ['true'],
      fails: [{ results: ['false'], closesOnFailure: true }],
    },
    {
      name: 'sql.Rows.NextResultSet',
      source: 'database/sql/sql.go Rows.NextResultSet: false closes the rows',
      ok: ['true'],
      fails: [{ results: ['false'], closesOnFailure: true }],
    },
    { name: 'sql.Rows.Scan', source: 'database/sql/sql.go Rows.Scan', ok: ['null'], fails: [{ results: ['nonnull'] }] },
    {
      name: ['sql.Rows.Columns', 'sql.Rows.ColumnTypes'],
      source: 'database/sql/sql.go Rows.Columns',
      ok: ['?', 'null'],
      fails: [{ results: ['null', 'nonnull'] }],
    },
    { name: 'sql.Rows.Err', source: 'database/sql/sql.go Rows.Err' },
    {
      name: ['sql.Conn.ExecContext', 'sql.Conn.PingContext', 'sql.Conn.QueryRowContext', 'sql.Conn.Raw'],
      source: 'database/sql/sql.go Conn',
    },
  ],
};
