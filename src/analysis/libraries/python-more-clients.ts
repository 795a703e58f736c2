/** Python: PySocks, asyncssh, aiomysql, pg8000. Read in their sources (PySocks 1.7.1, asyncssh 2.22, aiomysql 0.3, pg8000 1.31). */

import type { CallFact, Library } from '../flow/facts.js';
import { clientFacts } from './python-kit.js';
import type { ClientShape } from './python-kit.js';

const clients: ClientShape[] = [
  {
    type: 'asyncssh.SSHClientConnection',
    source: 'asyncssh: connection.py SSHConnection.close, abort, __aexit__ (close and wait_closed); the event loop holds its transport',
    onDrop: 'never',
    raises: ['asyncssh.Error', 'OSError'],
    makers: [{ name: 'asyncssh.connect', source: 'asyncssh: connection.py connect: login_timeout is 2 min', limit: null, awaited: true }],
    closes: ['close', 'abort', '__aexit__'],
    asks: ['run', 'create_process', 'open_session', 'create_session', 'start_sftp_client', 'open_connection', 'create_connection'],
    tells: ['set_keepalive', 'get_extra_info', 'wait_closed'],
  },
  {
    type: 'aiomysql.Connection',
    source: 'aiomysql: connection.py Connection.close, ensure_closed, __aexit__; __del__ warns and closes',
    onDrop: 'at-once',
    raises: ['aiomysql.Error', 'OSError'],
    makers: [
      {
        name: 'aiomysql.connect',
        source: 'aiomysql: connection.py connect: connect_timeout limits the connect alone',
        limit: null,
        awaited: true,
      },
    ],
    closes: ['close', 'ensure_closed', '__aexit__'],
    asks: ['ping', 'commit', 'rollback', 'begin', 'select_db', 'autocommit'],
    tells: ['get_autocommit', 'escape', 'get_host_info'],
    views: { made: ['cursor'], asks: ['execute', 'executemany', 'fetchone', 'fetchall', 'fetchmany', 'callproc'] },
  },
  {
    type: 'pg8000.Connection',
    source: 'pg8000: core.py CoreConnection.close; dbapi.py Connection.__exit__ closes',
    onDrop: 'at-once',
    raises: ['pg8000.Error', 'OSError'],
    makers: [
      {
        name: ['pg8000.connect', 'pg8000.dbapi.connect', 'pg8000.native.Connection'],
        source: 'pg8000: dbapi.py connect, native.py Connection: tcp_keepalive is true',
        limit: { arg: 8, name: 'timeout' },
      },
    ],
    closes: ['close', '__exit__'],
    asks: ['commit', 'rollback', 'run', 'prepare'],
    views: { made: ['cursor'], asks: ['execute', 'executemany', 'fetchone', 'fetchall', 'fetchmany'] },
  },
];

const socks: CallFact[] = [
  {
    name: 'socks.socksocket',
    source: 'PySocks: socks.py class socksocket(_BaseSocket), a socket.socket',
    fails: [{ throws: ['OSError'], how: 'rare' }],
    opens: { type: 'socks.socksocket', role: 'any', unless: [{ arg: { arg: 1, name: 'type' }, names: ['socket.SOCK_DGRAM'] }] },
  },
  {
    name: 'socks.create_connection',
    source: 'PySocks: socks.py create_connection: closes what it opened when connect fails',
    fails: [{ throws: ['OSError'] }],
    opens: { type: 'socks.socksocket', role: 'client', connected: true },
    blocks: { wait: 'connect', limitedBy: ['connectTimeout'], limit: { arg: 1, name: 'timeout' } },
    sets: [
      { option: 'connectTimeout', from: { arg: 1, name: 'timeout' } },
      { option: 'readTimeout', from: { arg: 1, name: 'timeout' } },
    ],
    step: { do: 'connect' },
  },
  {
    name: ['socks.socksocket.set_proxy', 'socks.socksocket.setproxy'],
    source: 'PySocks: socks.py socksocket.set_proxy keeps what it is told',
  },
];

const facts = clients.map(clientFacts);

export const library: Library = {
  id: 'python-more-clients',
  languages: ['python'],
  title: 'PySocks, asyncssh, aiomysql, pg8000',
  types: [
    {
      name: 'socks.socksocket',
      source: 'PySocks: socks.py socksocket; connect leaves it open when it fails without a proxy',
      extends: 'socket.socket',
      onDrop: 'at-once',
      connectsAtWill: true,
    },
    ...facts.flatMap(({ types }) => types),
  ],
  calls: [...socks, ...facts.flatMap(({ calls }) => calls)],
  exceptions: {
    'socks.ProxyError': ['OSError'],
    'socks.GeneralProxyError': ['socks.ProxyError'],
    'socks.ProxyConnectionError': ['socks.ProxyError'],
    'asyncssh.Error': ['Exception'],
    'aiomysql.Error': ['Exception'],
    'pg8000.Error': ['Exception'],
  },
};
