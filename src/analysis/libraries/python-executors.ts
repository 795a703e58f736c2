/** Python: functions that are run elsewhere with what they are given: pools, timers, event loops, green threads. */

import type { CallFact, Library } from '../flow/facts.js';
import { runnersOf } from './runners-kit.js';

const from = (callee: number): Partial<CallFact> => ({ calls: { callee: { arg: callee }, args: { from: callee + 1 }, spawns: true } });

/** Classes of which an object runs its method `run` elsewhere. */
const running = ['threading.Thread', 'multiprocessing.Process'];
const ofRunning = (...names: string[]): string[] => running.flatMap((type) => names.map((name) => `${type}.${name}`));

export const library: Library = {
  id: 'python-executors',
  languages: ['python'],
  title: 'concurrent.futures, asyncio, gevent',
  runners: runnersOf(),
  types: [],
  plainBases: [
    { names: running, source: 'threading.py Thread, multiprocessing/process.py BaseProcess: no method looks at attributes of a subclass' },
    { names: ['abc.ABC', 'typing.Generic', 'typing.Protocol', 'typing.NamedTuple', 'enum.Enum'], source: 'abc.py, typing.py, enum.py' },
  ],
  calls: [
    {
      name: ofRunning('start'),
      source: 'threading.py Thread.start, _bootstrap_inner: self.run() in the new thread; multiprocessing/process.py BaseProcess.start',
      calls: { callee: 'receiver', methods: ['run'], spawns: true },
    },
    {
      name: ofRunning('__init__', 'is_alive', 'isAlive', 'setDaemon', 'isDaemon', 'setName', 'getName', 'terminate', 'kill'),
      source: 'threading.py Thread.__init__, is_alive, daemon, name; multiprocessing/process.py: they look at their own attributes alone',
    },
    { name: ofRunning('join'), source: 'threading.py Thread.join', blocks: { wait: 'other', limit: { arg: 0, name: 'timeout' } } },
    { name: '*.submit', source: 'concurrent/futures/_base.py Executor.submit', ...from(0) },
    {
      name: ['asyncio.to_thread', '*.call_soon', '*.call_soon_threadsafe', '*.start_soon'],
      source: 'asyncio/threads.py to_thread; asyncio/base_events.py call_soon',
      ...from(0),
    },
    { name: ['*.run_in_executor', '*.call_later'], source: 'asyncio/base_events.py run_in_executor', ...from(1) },
    {
      name: ['gevent.spawn', 'eventlet.spawn', 'eventlet.spawn_n', '*.spawn', '*.spawn_n'],
      source: 'gevent/greenlet.py Greenlet.spawn',
      ...from(0),
    },
    {
      name: 'threading.Timer',
      source: 'threading.py Timer',
      calls: { callee: { arg: 1, name: 'function' }, args: { arg: 2, name: 'args' }, spawns: true },
    },
    {
      name: '*.apply_async',
      source: 'multiprocessing/pool.py Pool.apply_async',
      calls: { callee: { arg: 0, name: 'func' }, args: { arg: 1, name: 'args' }, spawns: true },
    },
  ],
};
