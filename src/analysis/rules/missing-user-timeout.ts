/** Data in flight to a dead peer: nothing but the kernel's retransmissions ends the connection. */

import type { Lasting } from '../flow/lasting.js';
import { USER_TIMEOUT_MS } from '../../scenarios/advice.js';
import { lineText } from '../flow/notes-text.js';
import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

const suggested = [{ name: 'TCP_USER_TIMEOUT', value: USER_TIMEOUT_MS }];

export const rule: Rule = {
  id: 'missing-user-timeout',
  title: 'Data to a dead peer are resent until the kernel gives up',
  severity: 'information',
  advice: 5,
  what: 'Nothing limits how long data that were sent may stay unacknowledged.',
  why:
    'While data are in flight keepalive does not probe, and a send succeeds as long as the buffer has room: if the peer ' +
    'is gone, the kernel resends until its retransmissions are used up.',
  remedy: 'Set TCP_USER_TIMEOUT, or wait for an answer with a limit.',
  scenario: 'peer-host-loses-power-while-we-write',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\n\n\nclass Metrics:\n    def __init__(self, host):\n        self.sock = ' +
        'socket.create_connection((host, 2003), timeout=5)\n\n    def send(self, line):\n        ' +
        'self.sock.sendall(line)\n\n    def close(self):\n        self.sock.close()\n',
      good:
        'import socket\n\n\nclass Metrics:\n    def __init__(self, host):\n        self.sock = ' +
        'socket.create_connection((host, 2003), timeout=5)\n        self.sock.setsockopt(socket.IPPROTO_TCP, ' +
        'socket.TCP_USER_TIMEOUT, 30000)\n\n    def send(self, line):\n        self.sock.sendall(line)\n\n    def ' +
        'close(self):\n        self.sock.close()\n',
    },
    {
      language: 'c',
      bad:
        '#include <netinet/in.h>\n#include <netinet/tcp.h>\n#include <sys/socket.h>\n#include <unistd.h>\n\nstruct metrics ' +
        '{\n    int fd;\n};\n\nint metrics_open(struct metrics *m, const struct sockaddr *to, socklen_t size)\n{\n    int on ' +
        '= 1, idle = 60;\n    m->fd = socket(AF_INET, SOCK_STREAM, 0);\n    if (m->fd < 0)\n        return -1;\n    ' +
        'setsockopt(m->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));\n    setsockopt(m->fd, IPPROTO_TCP, TCP_KEEPIDLE, ' +
        '&idle, sizeof(idle));\n    if (connect(m->fd, to, size) < 0) {\n        close(m->fd);\n        return -1;\n    ' +
        '}\n    return 0;\n}\n\nint metrics_send(struct metrics *m, const void *line, size_t size)\n{\n    return ' +
        'send(m->fd, line, size, MSG_NOSIGNAL);\n}\n\nvoid metrics_close(struct metrics *m)\n{\n    close(m->fd);\n}\n',
      good:
        '#include <netinet/in.h>\n#include <netinet/tcp.h>\n#include <sys/socket.h>\n#include <unistd.h>\n\nstruct metrics ' +
        '{\n    int fd;\n};\n\nint metrics_open(struct metrics *m, const struct sockaddr *to, socklen_t size)\n{\n    int ' +
        'on = 1, idle = 60, patience = 30000;\n    m->fd = socket(AF_INET, SOCK_STREAM, 0);\n    if (m->fd < 0)\n        ' +
        'return -1;\n    setsockopt(m->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));\n    setsockopt(m->fd, IPPROTO_TCP, ' +
        'TCP_KEEPIDLE, &idle, sizeof(idle));\n    setsockopt(m->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, ' +
        'sizeof(patience));\n    if (connect(m->fd, to, size) < 0) {\n        close(m->fd);\n        return -1;\n    }\n    ' +
        'return 0;\n}\n\nint metrics_send(struct metrics *m, const void *line, size_t size)\n{\n    return send(m->fd, ' +
        'line, size, MSG_NOSIGNAL);\n}\n\nvoid metrics_close(struct metrics *m)\n{\n    close(m->fd);\n}\n',
    },
  ],
  check(connection: Tracked): Report[] {
    if (
      !connection.tcp ||
      connection.type.managed ||
      connection.role === 'listener' ||
      connection.everSet.has('TCP_USER_TIMEOUT') ||
      connection.type.cannotSet?.includes('TCP_USER_TIMEOUT')
    )
      return [];
    if (connection.type.configures) return configuredWithout(connection);
    const lasting = connection.lasting();
    if (!lasting || lasting === 'below' || lasting.keeper === null || lasting.beats || lasting.lost || lasting.other || !needsOne(lasting))
      return [];
    const write = lasting.writes.find(({ apart }) => apart);
    if (!write) return [];
    const home = connection.function.file;
    const { opened } = lasting;
    const isHere = opened.file === home;
    const [place, range] = isHere ? [opened.place, opened.range] : [connection.place, connection.range];
    const fn = isHere ? opened.fn : connection.function;
    return [
      {
        certainty: certaintyOf(1),
        range,
        headline: say`no TCP_USER_TIMEOUT for the write on ${lineText(write, home)}`,
        what: say`Nothing limits how long what is written on ${lineText(write, home)} may stay unacknowledged.`,
        path: [
          { kind: 'opened', range: opened.range, file: opened.file },
          { kind: 'blocks', range: write.range, file: write.file },
        ],
        fixes:
          place === null || place.startsWith('%')
            ? []
            : [
                {
                  fix: 'setOptions',
                  open: range,
                  place,
                  options: suggested,
                  functionRange: fn.range,
                  type: isHere ? opened.type : connection.type.name,
                },
              ],
      },
    ];
  },
};

/**
 * Keepalive was thought of, and no read ends it; or it is only written to and sends have a limit, which counts only once the
 * buffer is full.
 */
function needsOne({ options, reads, limited }: Lasting): boolean {
  const has = (...names: readonly Parameters<typeof options.get>[0][]): boolean => names.some((name) => options.get(name) === 'set');
  if (has('TCP_USER_TIMEOUT')) return false;
  if (!reads) return has('SO_KEEPALIVE', 'SO_SNDTIMEO', 'writeTimeout', 'readTimeout');
  return has('SO_KEEPALIVE') && !limited && !has('readTimeout', 'SO_RCVTIMEO');
}

/** A function that is there to set options: keepalive, with numbers, and nothing for data in flight. */
function configuredWithout({ options, range, function: fn }: Tracked): Report[] {
  const { SO_KEEPALIVE: on, TCP_KEEPIDLE: idle } = options;
  if (!on || on.value === 0 || !idle) return [];
  return [
    {
      certainty: certaintyOf(1),
      headline: say`keepalive is set, TCP_USER_TIMEOUT is not`,
      what: say`\`${fn.name}\` sets keepalive and no TCP_USER_TIMEOUT: nothing limits how long sent data may stay unacknowledged.`,
      path: [{ kind: 'set', range: on.range ?? range, file: on.file }],
      fixes: [],
    },
  ];
}
