/** The C++ standard library, as far as connections go through it. */

import type { CallFact, Library } from '../flow/facts.js';
import { runnersOf } from './runners-kit.js';

/** Runs what it is given on a thread of its own, with the arguments behind it. */
const spawning = (name: string[], source: string): CallFact => ({
  name,
  source,
  on: { result: 0 },
  calls: { callee: { arg: 0 }, args: { from: 1 }, spawns: true },
});

export const library: Library = {
  id: 'cpp-std',
  languages: ['cpp'],
  title: 'C++ standard library',
  runners: runnersOf(),
  types: [],
  calls: [
    spawning(
      ['std.thread', 'std.jthread', 'boost.thread'],
      '[thread.thread.constr]: calls the first argument with copies of the others on a new thread',
    ),
    {
      name: 'std.async',
      source: '[futures.async]: as if on a new thread, or, with a launch policy before it, as that says',
      on: { result: 0 },
      calls: { callee: { arg: 0 }, args: { from: 1 }, spawns: true },
      variants: [
        {
          when: { arg: { arg: 0 }, names: ['std.launch.async', 'std.launch.deferred'] },
          then: { calls: { callee: { arg: 1 }, args: { from: 2 }, spawns: true } },
        },
      ],
    },
    {
      name: ['std.stoi', 'std.stol', 'std.stoll', 'std.stoul', 'std.stoull', 'std.stof', 'std.stod', 'std.stold'],
      source: '[string.conversions]: invalid_argument if no conversion could be performed, out_of_range',
      on: { result: 0 },
      fails: [{ throws: ['std.invalid_argument'] }],
    },
  ],
};
