/** Python's socketserver: one handler object per accepted connection, which the server owns. */

import type { Library } from '../flow/facts.js';

const stream = { methods: ['handle'], role: 'accepted' as const, owns: false };

export const library: Library = {
  id: 'python-socketserver',
  languages: ['python'],
  title: 'socketserver',
  types: [],
  calls: [],
  handlers: [
    {
      base: 'socketserver.BaseRequestHandler',
      source: 'socketserver.py BaseRequestHandler; BaseServer.shutdown_request closes',
      field: 'request',
      type: 'socket.socket',
      ...stream,
    },
    {
      base: 'socketserver.StreamRequestHandler',
      source: 'socketserver.py StreamRequestHandler; timeout is None',
      field: 'request',
      type: 'socket.socket',
      limitField: 'timeout',
      ...stream,
    },
    {
      base: 'socketserver.StreamRequestHandler',
      source: 'socketserver.py StreamRequestHandler.setup: makefile of the connection',
      field: 'rfile',
      type: 'socket.makefile',
      ...stream,
    },
  ],
};
