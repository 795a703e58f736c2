/** What runs code in Java, waits, or ends the program. OpenJDK 17, java.base. */

import type { CallFact, Library } from '../flow/facts.js';
import { runnersOf } from './runners-kit.js';

const spawned: CallFact['calls'] = { callee: { arg: 0 }, methods: ['run', 'call', 'get'], spawns: true };

const calls: CallFact[] = [
  { name: ['java.lang.System.exit', 'java.lang.Runtime.halt'], source: 'java/lang/System.java exit', exits: true },
  {
    name: ['java.lang.Thread.sleep', 'android.os.SystemClock.sleep'],
    source: 'java/lang/Thread.java sleep',
    blocks: { wait: 'sleep', limit: { arg: 0 }, limitScale: 0.001 },
    step: { do: 'sleep', for: { arg: 0 }, forScale: 0.001 },
    fails: [{ throws: ['java.lang.InterruptedException'], how: 'rare' }],
  },
  { name: 'java.lang.Thread', source: 'java/lang/Thread.java Thread(Runnable): runs it once started', calls: spawned },
  {
    name: ['ExecutorService', 'ThreadPoolExecutor', 'Executor', 'ScheduledExecutorService', 'CompletionService'].flatMap((type) =>
      ['execute', 'submit', 'schedule'].map((method) => `java.util.concurrent.${type}.${method}`),
    ),
    source: 'java/util/concurrent/ExecutorService.java submit',
    calls: spawned,
  },
  {
    name: ['java.util.concurrent.CompletableFuture.runAsync', 'java.util.concurrent.CompletableFuture.supplyAsync'],
    source: 'java/util/concurrent/CompletableFuture.java runAsync',
    calls: spawned,
  },
  {
    name: ['java.lang.Thread.start'],
    source: 'java/lang/Thread.java start: runs run()',
    on: { arg: 9 },
    calls: { callee: 'receiver', methods: ['run'], spawns: true },
  },
  { name: ['java.util.Objects.requireNonNull'], source: 'java/util/Objects.java requireNonNull', on: { arg: 0 }, passes: { arg: 0 } },
  {
    // Collections and cells keep what they are given; who takes it out again owns it.
    name: [
      '*.add',
      '*.put',
      '*.offer',
      '*.addLast',
      '*.addFirst',
      '*.push',
      '*.putIfAbsent',
      '*.computeIfAbsent',
      '*.compareAndSet',
      '*.getAndSet',
      '*.lazySet',
      '*.complete',
      '*.addElement',
      '*.register',
      '*.onNext',
      '*.onSuccess',
      '*.tryEmit',
      '*.offerLast',
      '*.offerFirst',
      '*.replace',
    ],
    source: 'java/util/Collection.java add, java/util/concurrent/atomic/AtomicReference.java compareAndSet',
    on: 'any',
    takes: true,
  },
  {
    name: [
      'java.util.concurrent.Executors.newFixedThreadPool',
      'java.util.concurrent.Executors.newCachedThreadPool',
      'java.util.concurrent.Executors.newSingleThreadExecutor',
    ],
    source: 'java/util/concurrent/Executors.java',
    gives: 'java.util.concurrent.ExecutorService',
  },
];

const numbers = ['Integer', 'Long', 'Short', 'Byte', 'Double', 'Float'];
/** Text that came from elsewhere need not be a number. */
const parsed: CallFact[] = [
  {
    name: numbers.flatMap((type) => [`parse${type === 'Integer' ? 'Int' : type}`, 'decode'].map((method) => `java.lang.${type}.${method}`)),
    source: 'java/lang/Integer.java parseInt: NumberFormatException for what is no number, null too',
    on: { arg: 9 },
    fails: [{ throws: ['java.lang.NumberFormatException'] }],
  },
];

export const library: Library = {
  id: 'java-process',
  languages: ['java'],
  title: 'threads and processes',
  runners: runnersOf(['run', 'call', 'get']),
  types: [],
  calls: [...calls, ...parsed],
  plainBases: [
    {
      names: ['java.lang.Object', 'java.lang.Thread', 'java.util.TimerTask'],
      source: 'java/lang/Object.java, java/lang/Thread.java, java/util/TimerTask.java: they hold nothing of what is derived from them',
    },
  ],
};
