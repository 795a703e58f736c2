/** .NET's tasks, threads and time limits. References: dotnet/runtime 8.0, System.Private.CoreLib. */

import type { DeclaredFact } from '../flow/declared-facts.js';
import type { CallFact, Library } from '../flow/facts.js';
import { runnersOf } from './runners-kit.js';

const tasks = 'System.Threading.Tasks.';
const spawned: CallFact['calls'] = { callee: { arg: 0 }, spawns: true };
const source = 'System/Threading/CancellationTokenSource.cs CancelAfter: whoever waits with the token stops then';

const calls: CallFact[] = [
  { name: [`${tasks}Task.Run`, `${tasks}Task.Factory.StartNew`], source: 'System/Threading/Tasks/Task.cs Run', calls: spawned },
  {
    name: 'System.Threading.Thread',
    source: 'System/Threading/Thread.cs Thread(ThreadStart): runs it once started',
    calls: spawned,
    passes: { arg: 0 },
  },
  {
    name: ['System.Threading.ThreadStart', 'System.Threading.ParameterizedThreadStart', 'System.Threading.WaitCallback', 'System.Action'],
    source: 'a delegate: calls the method it is made of',
    on: { arg: 9 },
    passes: { arg: 0 },
  },
  {
    name: 'System.Threading.Thread.Start',
    source: 'System/Threading/Thread.cs Start(object? parameter): the method gets it',
    on: { arg: 9 },
    calls: { callee: 'receiver', args: { from: 0 }, spawns: true },
  },
  {
    name: ['System.Threading.ThreadPool.QueueUserWorkItem', 'System.Threading.ThreadPool.UnsafeQueueUserWorkItem'],
    source: 'System/Threading/ThreadPoolWorkQueue.cs QueueUserWorkItem(callBack, state)',
    calls: { ...spawned, args: { from: 1 } },
  },
  { name: ['System.Threading.CancellationTokenSource.CancelAfter', '*.CancelAfter', `${tasks}Task.WhenAny`], source, limitsCalls: true },
  {
    name: 'System.Threading.CancellationTokenSource',
    source,
    limitsCalls: true,
    variants: [{ when: { lacks: { arg: 0 } }, then: { limitsCalls: false } }],
  },
  {
    name: ['System.Threading.Thread.Sleep', `${tasks}Task.Delay`],
    source: 'System/Threading/Thread.cs Sleep(int millisecondsTimeout)',
    blocks: { wait: 'sleep' },
    step: { do: 'sleep', for: { arg: 0 }, forScale: 0.001 },
  },
  { name: `${tasks}Task.Yield`, source: 'System/Threading/Tasks/Task.cs Yield' },
  {
    name: ['System.Threading.CancellationToken.Register', 'System.Threading.CancellationToken.UnsafeRegister'],
    source: 'System/Threading/CancellationToken.cs Register: runs it if the token is cancelled, which need not come',
  },
  { name: '*.ForEach', source: 'System/Collections/Generic/List.cs ForEach(Action<T>)', calls: { callee: { arg: 0 } } },
  // Whether it ends in time is not known: the task goes on by itself.
  {
    name: `${tasks}Task.Wait`,
    source: 'System/Threading/Tasks/Task.cs Wait: AggregateException when the task has failed; false when the time is over',
    fails: [{ throws: ['System.AggregateException'] }],
  },
];

/** What a method of the program or of a library that is not here is declared to give. */
const given = (type: string, words: readonly string[]): DeclaredFact => ({
  type,
  words,
  alone: true,
  fact: {
    name: type,
    source: 'its declaration: who gets one must dispose of it',
    opens: { type, role: 'client', connected: true },
    // Whoever makes it may limit it.
    sets: (['readTimeout', 'connectTimeout', 'SO_KEEPALIVE'] as const).map((option) => ({ option, value: 'unknown' })),
    fails: [{ throws: ['System.Net.Sockets.SocketException', 'System.Net.WebException'] }],
    step: { do: 'connect' },
  },
});

export const library: Library = {
  id: 'csharp-tasks',
  languages: ['csharp'],
  title: 'System.Threading',
  runners: runnersOf(),
  types: [],
  calls,
  declared: [
    ...['System.Net.Sockets.TcpClient', 'System.Net.Sockets.Socket'].map((type) =>
      given(type, ['connect', 'open', 'opener', 'dial', 'create', 'establish']),
    ),
    ...['System.Net.HttpWebResponse', 'System.Net.WebResponse'].map((type) =>
      given(type, ['call', 'send', 'request', 'execute', 'post', 'fetch']),
    ),
  ],
};
