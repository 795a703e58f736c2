/** JDBC: connections from a driver or a pool; statements and results are closed with them. References: java.sql, JDBC 4.3. */

import type { Library } from '../flow/facts.js';
import { clientFacts } from './java-kit.js';

const sql = 'java.sql.SQLException';
const getters = ['Array', 'BigDecimal', 'Blob', 'Boolean', 'Byte', 'Bytes', 'Clob', 'Date', 'Double', 'Float', 'Int', 'Long', 'Object', 'Short', 'String', 'Time', 'Timestamp', 'NString', 'BinaryStream', 'CharacterStream'].map((name) => `get${name}`);
const setters = ['Array', 'BigDecimal', 'Blob', 'Boolean', 'Byte', 'Bytes', 'Clob', 'Date', 'Double', 'Float', 'Int', 'Long', 'Null', 'Object', 'Short', 'String', 'Time', 'Timestamp', 'NString', 'BinaryStream', 'CharacterStream'].map((name) => `set${name}`);

const connection = clientFacts({
  type: 'java.sql.Connection', source: 'java/sql/Connection.java close; drivers close what is collected (pgjdbc PgConnectionCleaningAction, Connector/J AbandonedConnectionCleanupThread)', onDrop: 'collector',
  makers: ['java.sql.DriverManager.getConnection', 'java.sql.Driver.connect', 'javax.sql.DataSource.getConnection', 'com.zaxxer.hikari.HikariDataSource.getConnection', 'org.apache.commons.dbcp.BasicDataSource.getConnection', 'org.apache.commons.dbcp2.BasicDataSource.getConnection',
    'com.alibaba.druid.pool.DruidDataSource.getConnection', 'com.mchange.v2.c3p0.ComboPooledDataSource.getConnection', 'org.apache.tomcat.jdbc.pool.DataSource.getConnection'],
  closes: ['close', 'abort'], asks: ['commit', 'rollback', 'setAutoCommit', 'setTransactionIsolation', 'setReadOnly', 'setCatalog', 'setSchema', 'isValid', 'getMetaData', 'setSavepoint', 'releaseSavepoint', 'nativeSQL', 'createArrayOf'], throws: [sql],
  tells: ['isClosed', 'getAutoCommit', 'getCatalog', 'getSchema', 'isReadOnly', 'getWarnings', 'clearWarnings', 'getTransactionIsolation', 'setHoldability', 'setNetworkTimeout', 'setClientInfo', 'getHoldability'],
  views: {
    type: 'java.sql.Statement', made: ['createStatement', 'prepareStatement', 'prepareCall'],
    asks: ['execute', 'executeQuery', 'executeUpdate', 'executeBatch', 'executeLargeUpdate', 'getGeneratedKeys', 'getMetaData', 'getParameterMetaData', 'getMoreResults', ...setters],
    tells: ['setQueryTimeout', 'setFetchSize', 'setMaxRows', 'addBatch', 'clearBatch', 'clearParameters', 'isClosed', 'getResultSet', 'getUpdateCount', 'cancel', 'closeOnCompletion', 'setFetchDirection', 'registerOutParameter', 'getConnection'],
  },
});
const results = 'java.sql.ResultSet.';

export const library: Library = {
  id: 'java-sql', languages: ['java'], title: 'JDBC',
  types: [
    ...connection.types, { name: 'java.sql.PreparedStatement', source: 'java/sql/PreparedStatement.java', extends: 'java.sql.Statement', onDrop: 'collector', managed: true }, { name: 'java.sql.CallableStatement', source: 'java/sql/CallableStatement.java', extends: 'java.sql.Statement', onDrop: 'collector', managed: true },
  ],
  calls: [
    ...connection.calls,
    { name: ['next', 'first', 'last', 'absolute', 'relative', 'previous', 'beforeFirst', 'wasNull', 'findColumn', 'getMetaData', 'updateRow', 'insertRow', 'deleteRow', 'moveToInsertRow', 'getRow', ...getters].map((name) => results + name), source: 'java/sql/ResultSet.java', fails: [{ throws: [sql] }] },
    { name: `${results}close`, source: 'java/sql/ResultSet.java close', fails: [{ throws: [sql], how: 'rare' }] },
  ],
  exceptions: { [sql]: ['java.lang.Exception'], 'java.sql.SQLTimeoutException': [sql], 'java.sql.BatchUpdateException': [sql] },
};
