/**
 * Python's gevent and eventlet: their modules socket, ssl and select count as those of the standard library; what else they have is here.
 */

import type { Library } from '../flow/facts.js';

const gives = [{ param: 0, type: 'socket.socket', role: 'accepted' as const, owns: false }];
const refused = [{ throws: ['OSError'] }];

export const library: Library = {
  id: 'python-green',
  languages: ['python'],
  title: 'gevent, eventlet',
  types: [],
  calls: [
    {
      name: ['eventlet.connect', 'eventlet.convenience.connect'],
      source: 'eventlet/convenience.py connect: no limit',
      fails: refused,
      opens: {
        type: 'socket.socket',
        role: 'client',
        connected: true,
        unless: [{ arg: { arg: 1, name: 'family' }, names: ['socket.AF_UNIX'], leaksAnyway: true }],
      },
      blocks: { wait: 'connect' },
      step: { do: 'connect' },
    },
    {
      name: ['eventlet.listen', 'eventlet.convenience.listen'],
      source: 'eventlet/convenience.py listen: sets SO_REUSEADDR',
      fails: refused,
      opens: { type: 'socket.socket', role: 'listener' },
      sets: [
        { option: 'BACKLOG', from: { arg: 2, name: 'backlog' }, absent: 50 },
        { option: 'SO_REUSEADDR', value: 1 },
      ],
      step: { do: 'listen' },
    },
    {
      name: ['eventlet.serve', 'eventlet.convenience.serve'],
      source: 'eventlet/convenience.py serve, _stop_checker: closes the connection when the handler returns',
      on: { arg: 0, name: 'sock' },
      takes: true,
      calls: { callee: { arg: 1, name: 'handle' }, gives, spawns: true },
    },
    {
      name: ['gevent.server.StreamServer', 'gevent.pywsgi.StreamServer'],
      source: 'gevent/server.py StreamServer.do_close: closes the connection when the handler returns',
      calls: { callee: { arg: 1, name: 'handle' }, gives, spawns: true },
    },
  ],
  exceptions: { 'gevent.Timeout': ['BaseException'], 'gevent.timeout.Timeout': ['BaseException'], 'eventlet.Timeout': ['BaseException'] },
};
