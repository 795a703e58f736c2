/** Keepalive is set but cannot work. */

import { lineText } from '../flow/notes-text.js';
import type { Tracked, SetOption } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'ineffective-keepalive',
  title: 'Keepalive is set but cannot work',
  severity: 'warning',
  advice: 2,
  what: 'Keepalive is set here in a way that has no effect.',
  why:
    'The numbers count only while SO_KEEPALIVE is on, and the kernel refuses values out of range: a dead peer goes ' +
    'unnoticed although the code looks safe.',
  remedy: 'Switch SO_KEEPALIVE on together with valid numbers.',
  scenario: 'peer-host-loses-power-idle',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\n\n\ndef fetch(host):\n    with socket.create_connection((host, 80), timeout=10) as s:\n        ' +
        's.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)\n        return s.recv(100)\n',
      good:
        'import socket\n\n\ndef fetch(host):\n    with socket.create_connection((host, 80), timeout=10) as s:\n        ' +
        's.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)\n        s.setsockopt(socket.IPPROTO_TCP, ' +
        'socket.TCP_KEEPIDLE, 30)\n        return s.recv(100)\n',
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"net"\n\t"time"\n)\n\nfunc first(l *net.TCPListener) error {\n\tconn, err := ' +
        'l.AcceptTCP()\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer ' +
        'conn.Close()\n\tconn.SetKeepAlive(false)\n\tconn.SetKeepAlivePeriod(30 * ' +
        'time.Second)\n\tconn.SetReadDeadline(time.Now().Add(time.Minute))\n\t_, err = conn.Read(make([]byte, ' +
        '100))\n\treturn err\n}\n',
      good:
        'package main\n\nimport (\n\t"net"\n\t"time"\n)\n\nfunc first(l *net.TCPListener) error {\n\tconn, err := ' +
        'l.AcceptTCP()\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer conn.Close()\n\tconn.SetKeepAlivePeriod(30 * ' +
        'time.Second)\n\tconn.SetReadDeadline(time.Now().Add(time.Minute))\n\t_, err = conn.Read(make([]byte, ' +
        '100))\n\treturn err\n}\n',
    },
    {
      language: 'c',
      bad:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid one(int listener)\n{\n    int idle = 60;\n    struct timeval ' +
        'limit = { 5, 0 };\n    char line[80];\n    int fd = accept(listener, NULL, NULL);\n    if (fd < 0)\n        ' +
        'return;\n    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));\n    setsockopt(fd, IPPROTO_TCP, ' +
        'TCP_KEEPIDLE, &idle, sizeof(idle));\n    read(fd, line, sizeof(line));\n    close(fd);\n}\n',
      good:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid one(int listener)\n{\n    int on = 1, idle = 60;\n    struct ' +
        'timeval limit = { 5, 0 };\n    char line[80];\n    int fd = accept(listener, NULL, NULL);\n    if (fd < ' +
        '0)\n        return;\n    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));\n    setsockopt(fd, ' +
        'SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));\n    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, ' +
        'sizeof(idle));\n    read(fd, line, sizeof(line));\n    close(fd);\n}\n',
    },
  ],
  check(connection: Tracked): Report[] {
    const problem = problemOf(connection);
    if (!problem || !connection.tcp) return [];
    const fixes: Report['fixes'] =
      problem.switchOn && connection.place && !connection.place.startsWith('%')
        ? [
            {
              fix: 'setOptions',
              open: connection.range,
              place: connection.place,
              options: [{ name: 'SO_KEEPALIVE', value: 1 }],
              functionRange: connection.function.range,
              type: connection.type.name,
            },
          ]
        : [];
    return [
      {
        certainty: certaintyOf(0),
        range: problem.option.range,
        headline: problem.headline,
        what: problem.what,
        path: [{ kind: 'set', range: problem.option.range, file: problem.option.file }],
        fixes,
      },
    ];
  },
};

interface Problem {
  headline: string;
  what: string;
  option: SetOption;
  switchOn: boolean;
}

/** Upper limits: net/ipv4/tcp.c do_tcp_setsockopt, MAX_TCP_KEEPIDLE, MAX_TCP_KEEPINTVL, MAX_TCP_KEEPCNT in include/net/tcp.h. */
const highest = { TCP_KEEPIDLE: 32767, TCP_KEEPINTVL: 32767, TCP_KEEPCNT: 127 } as const;

function problemOf(connection: Tracked): Problem | null {
  const options = connection.options;
  for (const [name, limit] of Object.entries(highest) as [keyof typeof highest, number][]) {
    const option = options[name];
    if (!option || option.from === 'listener') continue;
    if (typeof option.value === 'number' && (option.value < 1 || option.value > limit))
      return {
        headline: say`the kernel refuses ${option.value} for ${name}`,
        what: say`The kernel refuses ${option.value} for ${name} on ${lineText(option, connection.function.file)}.`,
        option,
        switchOn: false,
      };
    const on = options.SO_KEEPALIVE ? options.SO_KEEPALIVE.value : (connection.type.defaults?.SO_KEEPALIVE ?? 0);
    if (on === 0 && !connection.escapes)
      return {
        headline: say`${name} is set, but keepalive is never switched on`,
        what: say`${name} is set on ${lineText(option, connection.function.file)}, but keepalive itself is never switched on.`,
        option,
        switchOn: !options.SO_KEEPALIVE,
      };
  }
  return tooLate(connection, connection.function.file);
}

/** TCP_USER_TIMEOUT replaces the count of probes (net/ipv4/tcp_timer.c tcp_keepalive_timer): a longer one makes detection later. */
function tooLate(connection: Tracked, home: string | undefined): Problem | null {
  const { SO_KEEPALIVE: on, TCP_KEEPIDLE: idle, TCP_KEEPINTVL: interval, TCP_KEEPCNT: count, TCP_USER_TIMEOUT: user } = connection.options;
  if (
    !on ||
    on.value === 0 ||
    typeof idle?.value !== 'number' ||
    typeof interval?.value !== 'number' ||
    typeof count?.value !== 'number' ||
    typeof user?.value !== 'number'
  )
    return null;
  if (user.value <= (idle.value + interval.value * count.value) * 1000) return null;
  return {
    headline: say`TCP_USER_TIMEOUT is longer than idle time and all probes`,
    what: say`TCP_USER_TIMEOUT on ${lineText(user, home)} is longer than idle time and all probes together: a dead peer is noticed later than without it.`,
    option: user,
    switchOn: false,
  };
}
