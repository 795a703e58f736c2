/** Keepalive is on, but too slow. */

import { KEEPALIVE_OPTIONS } from '../../scenarios/advice.js';
import { keepaliveNumbers } from '../../kernel/defaults.js';
import type { Tracked } from '../flow/tracked.js';
import { certaintyOf } from './leaks.js';
import type { Report, Rule, RuleOptions } from './rule.js';
import { say } from '../../words/say.js';

export const rule: Rule = {
  id: 'slow-keepalive',
  title: 'Keepalive is on, but too slow',
  severity: 'information',
  advice: 3,
  what: 'Keepalive is on, but its first probe comes late.',
  why: 'Middle boxes forget an idle connection long before that, and a dead peer is noticed only after the idle time and all probes.',
  remedy: 'Set TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT to short numbers.',
  scenario: 'peer-host-loses-power-idle',
  examples: [
    {
      language: 'python',
      bad:
        'import socket\n\n\ndef fetch(host):\n    with socket.create_connection((host, 80)) as s:\n        ' +
        's.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)\n        return s.recv(100)\n',
      good:
        'import socket\n\n\ndef fetch(host):\n    with socket.create_connection((host, 80)) as s:\n        ' +
        's.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)\n        s.setsockopt(socket.IPPROTO_TCP, ' +
        'socket.TCP_KEEPIDLE, 60)\n        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)\n        ' +
        's.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)\n        return s.recv(100)\n',
    },
    {
      language: 'go',
      bad:
        'package main\n\nimport (\n\t"net"\n\t"time"\n)\n\nfunc first(addr string) error {\n\td := net.Dialer{KeepAlive: ' +
        'time.Hour}\n\tconn, err := d.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer conn.Close()\n\t_, ' +
        'err = conn.Read(make([]byte, 100))\n\treturn err\n}\n',
      good:
        'package main\n\nimport (\n\t"net"\n\t"time"\n)\n\nfunc first(addr string) error {\n\td := net.Dialer{KeepAlive: 30 ' +
        '* time.Second}\n\tconn, err := d.Dial("tcp", addr)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer ' +
        'conn.Close()\n\t_, err = conn.Read(make([]byte, 100))\n\treturn err\n}\n',
    },
    {
      language: 'c',
      bad:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid one(int listener)\n{\n    int on = 1;\n    char line[80];\n    ' +
        'int fd = accept(listener, NULL, NULL);\n    if (fd < 0)\n        return;\n    setsockopt(fd, SOL_SOCKET, ' +
        'SO_KEEPALIVE, &on, sizeof(on));\n    read(fd, line, sizeof(line));\n    close(fd);\n}\n',
      good:
        '#include <sys/socket.h>\n#include <unistd.h>\n\nvoid one(int listener)\n{\n    int on = 1, idle = 60;\n    char ' +
        'line[80];\n    int fd = accept(listener, NULL, NULL);\n    if (fd < 0)\n        return;\n    setsockopt(fd, ' +
        'SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));\n    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, ' +
        'sizeof(idle));\n    read(fd, line, sizeof(line));\n    close(fd);\n}\n',
    },
  ],
  check(connection: Tracked, options: RuleOptions): Report[] {
    const set = connection.options.SO_KEEPALIVE;
    if (
      !connection.tcp ||
      connection.type.managed ||
      connection.role === 'listener' ||
      connection.escapes ||
      set?.value === 'unknown' ||
      !connection.profile.keepalive.on
    )
      return [];
    if (connection.options.TCP_KEEPIDLE?.value === 'unknown' || keepaliveNumbers(connection.profile.keepalive).idle <= options.idleLimit)
      return [];
    const wait = connection.waits.find((one) => one.fact.wait === 'read' && !one.limited && one.doubt < 2);
    if (!wait) return [];
    const named = connection.place && !connection.place.startsWith('%') ? connection.place : null;
    const fixes: Report['fixes'] = named
      ? [
          {
            fix: 'setOptions',
            open: connection.range,
            place: named,
            options: KEEPALIVE_OPTIONS,
            functionRange: connection.function.range,
            type: connection.type.name,
          },
        ]
      : [];
    return [{ certainty: certaintyOf(wait.doubt), headline: say`the first keepalive probe comes late`, path: wait.path, fixes }];
  },
};
