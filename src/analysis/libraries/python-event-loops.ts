/** Python's loops that wait for many sockets: selectors, select.poll, select.epoll, asyncio's readers. Line references: CPython 3.11. */

import type { CallFact, Library } from '../flow/facts.js';

const selector = 'selectors.BaseSelector';
const poll = 'select.poll object';

const waiting = (name: string, source: string): CallFact => ({
  name,
  source,
  on: 'any',
  blocks: { wait: 'poll', limit: { arg: 0, name: 'timeout' } },
  fails: [{ throws: ['OSError'], how: 'rare' }],
  step: { do: 'poll', for: { arg: 0 } },
});

export const library: Library = {
  id: 'python-event-loops',
  languages: ['python'],
  title: 'selectors, select.poll',
  types: [],
  calls: [
    {
      name: ['DefaultSelector', 'SelectSelector', 'PollSelector', 'EpollSelector'].map((name) => `selectors.${name}`),
      source: 'selectors.py: a selector keeps what is registered with it',
      on: { result: 0 },
      wraps: { type: selector },
    },
    {
      name: ['select.poll', 'select.epoll'],
      source: 'Modules/selectmodule.c select_poll_impl: keeps descriptor numbers',
      on: { result: 0 },
      wraps: { type: poll },
    },
    {
      name: [`${selector}.register`, `${selector}.modify`],
      source: 'selectors.py _BaseSelectorImpl.register',
      on: { arg: 0 },
      takes: true,
      registers: { waits: [`${selector}.select`] },
    },
    { name: `${selector}.unregister`, source: 'selectors.py _BaseSelectorImpl.unregister', on: { arg: 0 } },
    waiting(`${selector}.select`, 'selectors.py BaseSelector.select: the argument is a time limit in seconds, None for none'),
    {
      name: [`${poll}.register`, `${poll}.modify`],
      source: 'Modules/selectmodule.c select_poll_register_impl: keeps the number',
      on: { arg: 0 },
      takes: true,
      registers: { waits: [`${poll}.poll`] },
    },
    { name: `${poll}.unregister`, source: 'Modules/selectmodule.c select_poll_unregister_impl', on: { arg: 0 } },
    waiting(`${poll}.poll`, 'Modules/selectmodule.c select_poll_poll_impl: the argument is a time limit, None or below 0 for none'),
  ],
};
