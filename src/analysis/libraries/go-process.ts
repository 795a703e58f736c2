/** Calls that end the process or the test, that make errors, that wait, and that only look at what they are given. */

import type { Library } from '../flow/facts.js';
import { runnersOf } from './runners-kit.js';

const tests = ['testing.T', 'testing.B', 'testing.F', 'testing.TB'];

export const library: Library = {
  id: 'go-process',
  languages: ['go'],
  title: 'os, log, errors, time, testing',
  runners: runnersOf(),
  types: [],
  calls: [
    { name: ['os.Exit', 'runtime.Goexit', 'syscall.Exit'], source: 'os/proc.go Exit', exits: true },
    {
      name: [
        'log.Fatal',
        'log.Fatalf',
        'log.Fatalln',
        'log.Panic',
        'log.Panicf',
        'log.Panicln',
        'log.Logger.Fatal',
        'log.Logger.Fatalf',
        'log.Logger.Fatalln',
      ],
      source: 'log/log.go Fatal: os.Exit(1)',
      exits: true,
    },
    {
      name: tests.flatMap((type) => ['Fatal', 'Fatalf', 'FailNow', 'Skip', 'Skipf', 'SkipNow'].map((method) => `${type}.${method}`)),
      source: 'testing/testing.go common.FailNow: runtime.Goexit',
      exits: true,
    },
    {
      name: tests.flatMap((type) => ['Log', 'Logf', 'Error', 'Errorf', 'Fail', 'Helper', 'Name'].map((method) => `${type}.${method}`)),
      source: 'testing/testing.go common.Log',
    },
    {
      name: ['context.Background', 'context.TODO'],
      source: 'context/context.go Background: never cancelled, has no deadline',
      ok: ['@no limit'],
    },
    { name: 'context.WithValue', source: "context/context.go WithValue: the parent's deadline", passes: { arg: 0 } },
    {
      name: ['context.WithCancel', 'context.WithCancelCause', 'signal.NotifyContext', 'httptrace.WithClientTrace'],
      source:
        'context/context.go WithCancel, os/signal/signal.go NotifyContext, net/http/httptrace/trace.go WithClientTrace: the ' +
        "parent's deadline",
      passes: { arg: 0 },
      ok: ['nonnull', 'nonnull'],
    },
    { name: ['errors.New', 'fmt.Errorf'], source: 'errors/errors.go New; fmt/errors.go Errorf', ok: ['nonnull'] },
    {
      name: ['fmt.Print', 'fmt.Println', 'fmt.Printf', 'fmt.Sprint', 'fmt.Sprintf', 'fmt.Sprintln', 'fmt.Sscan', 'fmt.Sscanf'],
      source: 'fmt/print.go',
    },
    {
      name: ['log.Print', 'log.Printf', 'log.Println', 'log.Logger.Print', 'log.Logger.Printf', 'log.Logger.Println'],
      source: 'log/log.go Print',
    },
    {
      name: [
        ...['Int32', 'Int64', 'Uint32', 'Uint64', 'Uintptr', 'Pointer'].map((type) => `atomic.CompareAndSwap${type}`),
        ...['Int32', 'Int64', 'Uint32', 'Uint64', 'Uintptr', 'Bool', 'Pointer', 'Value'].map((type) => `atomic.${type}.CompareAndSwap`),
      ],
      source: 'sync/atomic/doc.go CompareAndSwap: one of those who try it gets true; the others leave what follows to that one',
      oneWins: true,
    },
    { name: 'sync.Once.Do', source: 'sync/once.go Once.Do: runs it now, or somebody did before', calls: { callee: { arg: 0 } } },
    {
      name: ['sync.WaitGroup.Go', 'golang.org/x/sync/errgroup.Group.Go'],
      source: 'sync/waitgroup.go WaitGroup.Go, x/sync errgroup/errgroup.go Group.Go',
      calls: { callee: { arg: 0 }, spawns: true },
    },
    {
      name: ['sync.WaitGroup.Add', 'sync.WaitGroup.Done', 'sync.WaitGroup.Wait', 'golang.org/x/sync/errgroup.Group.Wait'],
      source: 'sync/waitgroup.go WaitGroup.Wait: until all are done',
    },
    {
      name: 'time.Sleep',
      source: 'time/sleep.go Sleep',
      blocks: { wait: 'sleep', limit: { arg: 0 } },
      step: { do: 'sleep', for: { arg: 0 } },
    },
  ],
};
