/** Ports that clients go to where none is given, by what opens them. */

import { plainName } from './program.js';
import type { Opening } from './program.js';
import type { PortFound } from './port-found.js';

/** By the whole name of the call or the type, small letters. */
const STANDARD: readonly (readonly [RegExp, number])[] = [
  [/redis/, 6379],
  [/mongo/, 27017],
  [/psycopg|asyncpg|postgres|\bpgx?\b|\blib\/pq\b|npgsql/, 5432],
  [/mysql|mariadb/, 3306],
  [/memcache/, 11211],
  [/amqp|pika|rabbit/, 5672],
  [/mqtt|paho/, 1883],
  [/kafka/, 9092],
  [/elastic/, 9200],
  [/ldap/, 389],
  [/sftp|\bssh|paramiko/, 22],
  [/(?<!t)ftp/, 21],
  [/smtp/, 25],
  [/imap/, 143],
  [/telnet/, 23],
  [/\bnats\b/, 4222],
  [/etcd/, 2379],
  [/zookeeper/, 2181],
];

/** The port of a client's opening of which the program says none. */
export function defaultPort({ file, connection }: Opening): PortFound[] {
  if (connection.role !== 'client') return [];
  const name = connection.library.toLowerCase();
  const port = STANDARD.find(([of]) => of.test(name))?.[1];
  const through = [plainName(connection.library)];
  return port === undefined ? [] : [{ port, file: file.path, line: connection.range.startLine, through, sure: false, standard: true }];
}
