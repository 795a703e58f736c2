/** The door: from what was read of sockets, errors, stacks and captures, and a program, to a diagnosis. Pure; nothing is sent anywhere. */

import type { ConnectionProfile } from '../scenarios/profile.js';
import type { Machine } from '../scenarios/scenario.js';
import { sysctlsOf } from '../kernel/sysctl.js';
import { mergeReadings } from './merge.js';
import { groupsOf } from './groups.js';
import type { Group } from './groups.js';
import { Ranker, timerOptionsOf } from './candidates/rank.js';
import type { Candidate, Ranking } from './candidates/rank.js';
import type { ProgramFiles } from './candidates/program.js';
import { endingOf, joinedEnding, limitedBy } from './explanation/ending.js';
import type { Ending } from './explanation/ending.js';
import { endText, meaning, remarks } from './explanation/words.js';
import type { ErrorSign, FlowSign, Reading, StackSign } from './symptom.js';
import { say } from '../words/say.js';

export interface DiagnosedGroup {
  group: Group;
  means: string;
  ends: Ending;
  endText: string;
  /** The end of each socket of the group, in their order. */
  each: Ending[];
  remarks: string[];
  ranking: Ranking;
}

export interface Diagnosis {
  groups: DiagnosedGroup[];
  errors: { sign: ErrorSign; ranking: Ranking }[];
  stacks: { sign: StackSign; ranking: Ranking }[];
  flows: FlowSign[];
  notes: string[];
  /** Unix seconds of the last look; null where nothing tells it. */
  at: number | null;
}

export interface DiagnoseOptions {
  machine: Machine;
  /** Unix seconds of the last look at the table; null when unknown. */
  at: number | null;
  /** Words a span of Unix time: `14:32:10–14:34:05`. */
  clock: (from: number, to: number) => string;
}

/** Groups that are explained in full; a machine may have many more. */
const MOST_GROUPS = 60;
const MOST_SOCKETS_EACH = 2000;
const MOST_ERRORS = 20;
const MOST_STACKS = 40;
const FEW_STACKS = 3;

export function diagnose(readings: readonly Reading[], program: ProgramFiles, options: DiagnoseOptions): Diagnosis {
  return diagnoseWith(new Ranker(program, options.machine), readings, options);
}

/** The same where the program was looked at before: a view that refreshes asks again and again. */
export function diagnoseWith(ranker: Ranker, readings: readonly Reading[], options: DiagnoseOptions): Diagnosis {
  const reading = mergeReadings(readings);
  const { sysctls } = sysctlsOf(options.machine.sysctls.A);
  const all = groupsOf(reading.sockets, { low: sysctls.localPortLow, high: sysctls.localPortHigh });
  const notes = [...reading.notes];
  if (all.length > MOST_GROUPS) notes.push(say`${all.length - MOST_GROUPS} further groups of sockets are not shown`);
  const groups = all.slice(0, MOST_GROUPS).map((group) => diagnosedGroup(group, ranker, reading, options));
  return {
    groups,
    errors: reading.errors.slice(0, MOST_ERRORS).map((sign) => ({ sign, ranking: ranker.error(sign) })),
    stacks: telling(reading.stacks.slice(0, MOST_STACKS).map((sign) => ({ sign, ranking: ranker.stack(sign) }))),
    flows: reading.flows,
    notes,
    at: options.at,
  };
}

/** The stacks that stand in the program; where none does, those that wait longest are said to have been read. */
function telling(stacks: Diagnosis['stacks']): Diagnosis['stacks'] {
  const found = stacks.filter(({ ranking }) => ranking.candidates.length > 0);
  if (found.length > 0) return found;
  return [...stacks].sort((a, b) => (b.sign.since ?? 0) - (a.sign.since ?? 0) || b.sign.count - a.sign.count).slice(0, FEW_STACKS);
}

function diagnosedGroup(group: Group, ranker: Ranker, reading: Reading, options: DiagnoseOptions): DiagnosedGroup {
  const ranking = ranker.group(group, reading.stacks, reading.errors);
  const best: Candidate | undefined = ranking.candidates[0];
  const each = group.sockets.slice(0, MOST_SOCKETS_EACH).map((socket) => ending(socket, best, options.machine));
  const ends = joinedEnding(each);
  const { at } = options;
  const clock = at === null ? null : (from: number, to: number): string => options.clock(at + from, at + to);
  return {
    group,
    means: meaning(group),
    ends,
    endText: endText(group, ends, clock),
    each,
    remarks: remarks(group, options.machine),
    ranking,
  };
}

/** As the kernel ends it, or before that the best line's own limit for connect(). */
function ending(socket: Group['sockets'][number], best: Candidate | undefined, machine: Machine): Ending {
  const ends = endingByKernel(socket, best, machine);
  const limit = best && socket.state === 'SYN_SENT' ? connectLimit(best.opening.connection) : null;
  return limit === null ? ends : limitedBy(ends, limit);
}

function connectLimit({ steps, connectTimeout }: ConnectionProfile): number | null {
  return steps.find((s) => s.do === 'connect')?.limit ?? connectTimeout;
}

/** With the options of the best line, where its timers fit them; else with the kernel's own. */
function endingByKernel(socket: Group['sockets'][number], best: Candidate | undefined, machine: Machine): Ending {
  if (best) {
    const own = timerOptionsOf(best.opening);
    if (Object.keys(own).length > 0) {
      const found = endingOf(socket, machine, own);
      if (found.doubt === null) return found;
    }
  }
  return endingOf(socket, machine);
}
