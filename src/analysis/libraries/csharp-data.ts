/**
 * ADO.NET: a connection from the pool goes back to it with Close or Dispose. References: dotnet/SqlClient, npgsql/npgsql,
 * mysql-net/MySqlConnector, System.Data.Common of dotnet/runtime 8.0.
 */

import type { CallFact, FailFact, Library, TypeFact } from '../flow/facts.js';
import { clientFacts } from './client-kit.js';

const error = 'System.Data.Common.DbException';
const fails: FailFact[] = [{ throws: [error] }];

/** Each provider: its namespace and what its names begin with. */
const providers: readonly (readonly [string, string])[] = [
  ['System.Data.SqlClient', 'Sql'],
  ['Microsoft.Data.SqlClient', 'Sql'],
  ['Npgsql', 'Npgsql'],
  ['MySql.Data.MySqlClient', 'MySql'],
  ['MySqlConnector', 'MySql'],
  ['Oracle.ManagedDataAccess.Client', 'Oracle'],
  ['FirebirdSql.Data.FirebirdClient', 'Fb'],
  ['System.Data.Odbc', 'Odbc'],
  ['System.Data.OleDb', 'OleDb'],
];
const both = (names: readonly string[]): string[] => names.flatMap((name) => [name, `${name}Async`]);
const executing = both(['ExecuteNonQuery', 'ExecuteScalar', 'ExecuteReader', 'ExecuteXmlReader', 'Prepare']);
const source =
  'System.Data.Common/src/System/Data/Common/DbConnection.cs Dispose closes; a connection that nobody closes comes back to the ' +
  'pool when the collector has found it (SqlClient DbConnectionPool.ReclaimEmancipatedObjects)';

function provider(space: string, prefix: string): { types: TypeFact[]; calls: CallFact[] } {
  const [connection, command, reader] = ['Connection', 'Command', 'DataReader'].map((name) => `${space}.${prefix}${name}`) as [
    string,
    string,
    string,
  ];
  const base = clientFacts({
    type: connection,
    source,
    onDrop: 'collector',
    later: [connection],
    connects: both(['Open']),
    connectCloses: true,
    closes: [...both(['Close', 'Dispose'])],
    closedBy: 'Dispose()',
    asks: [...both(['BeginTransaction', 'ChangeDatabase']), 'GetSchema', 'EnlistTransaction'],
    throws: [error],
    tells: ['set_ConnectionString', 'set_ConnectionTimeout', 'ToString', 'GetHashCode', 'Equals', 'ClearPool', 'set_AccessToken'],
    views: { type: command, made: [], asks: executing, tells: ['set_CommandText', 'set_CommandTimeout', 'Cancel'] },
  });
  return {
    types: [...base.types, { name: reader, source, onDrop: 'collector', managed: true }],
    calls: [
      // Whoever closes the reader closes the connection.
      ...base.calls.filter(({ name }) => ![name].flat().includes(`${command}.ExecuteReader`)),
      {
        name: executing.map((name) => `${command}.${name}`),
        source: 'System.Data.Common/src/System/Data/Common/DbCommand.cs ExecuteReader(CommandBehavior)',
        fails,
        step: { do: 'recv' },
        variants: [{ when: { arg: { arg: 0 }, names: ['System.Data.CommandBehavior.CloseConnection'] }, then: { takes: true } }],
      },
      {
        name: `${connection}.CreateCommand`,
        source: 'System.Data.Common/src/System/Data/Common/DbConnection.cs CreateCommand: neither waits nor fails',
        wraps: { type: command },
      },
      {
        name: command,
        source: 'System.Data.Common/src/System/Data/Common/DbCommand.cs: a command of the connection that it is given',
        on: { arg: 1 },
        wraps: { type: command },
      },
    ],
  };
}

const all = providers.map(([space, prefix]) => provider(space, prefix));

export const library: Library = {
  id: 'csharp-data',
  languages: ['csharp'],
  title: 'ADO.NET',
  types: all.flatMap(({ types }) => types),
  calls: all.flatMap(({ calls }) => calls),
  exceptions: { [error]: ['System.Runtime.InteropServices.ExternalException'] },
};
