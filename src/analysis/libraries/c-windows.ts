/** Winsock, where it differs from POSIX: learn.microsoft.com/windows/win32/api/winsock2. */

import type { Library } from '../flow/facts.js';

const type = 'posix.socket';

export const library: Library = {
  id: 'c-windows',
  languages: ['c', 'cpp'],
  title: 'Winsock',
  types: [],
  calls: [
    {
      name: ['WSASocket', 'WSASocketA', 'WSASocketW'],
      source: 'WSASocketW(): a socket, or INVALID_SOCKET',
      opens: { type, role: 'any', unless: [{ arg: { arg: 1 }, names: ['SOCK_DGRAM', 'SOCK_RAW'], leaksAnyway: true }] },
      on: { result: 0 },
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
    },
    {
      name: 'WSAAccept',
      source: 'WSAAccept(): a socket, or INVALID_SOCKET',
      opens: { type, role: 'accepted', inheritsFrom: { arg: 0 }, connected: true },
      blocks: { wait: 'accept' },
      ok: ['nonneg'],
      fails: [{ results: ['=-1'] }],
      step: { do: 'accept' },
    },
    {
      name: 'WSAConnect',
      source: 'WSAConnect(): 0 or SOCKET_ERROR, the socket stays',
      blocks: { wait: 'connect' },
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
      step: { do: 'connect' },
    },
    {
      name: 'WSARecv',
      source: 'WSARecv(): 0 or SOCKET_ERROR',
      blocks: { wait: 'read', limitedBy: ['SO_RCVTIMEO'] },
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
      step: { do: 'recv' },
    },
    {
      name: 'WSASend',
      source: 'WSASend(): 0 or SOCKET_ERROR',
      blocks: { wait: 'write', limitedBy: ['SO_SNDTIMEO'] },
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
      step: { do: 'send' },
    },
    {
      name: ['WSAStartup', 'WSACleanup', 'WSAGetLastError', 'WSASetLastError'],
      source: 'WSAStartup(), WSACleanup(): no socket',
      on: { result: 0 },
    },
    {
      name: ['WSAIoctl', 'WSAEventSelect'],
      source: 'WSAIoctl(), WSAEventSelect(): work on the socket; the latter makes it non-blocking',
      ok: ['zero'],
      fails: [{ results: ['=-1'] }],
    },
  ],
};
