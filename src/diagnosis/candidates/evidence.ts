/** Why a line may be the one, or why not: each reason with its weight. Weights are data; only their order matters. */

type EvidenceKind =
  'frame' | 'port' | 'command' | 'finding' | 'simulation' | 'role' | 'errno' | 'timer' | 'descriptors' | 'traffic' | 'call';

export interface Evidence {
  kind: EvidenceKind;
  /** Positive speaks for the line. */
  weight: number;
  text: string;
  /** Of a port: its number and the names on the way to it. */
  names?: string[];
}

export const WEIGHTS = {
  /** A stack stands on a call of this connection; in its function; in its file. */
  frameOnStep: 60,
  frameInFunction: 35,
  frameInFile: 10,
  frameInFolder: 5,
  /** A log says where it was written: just below a call of this connection that may have failed so. */
  logBelow: 50,
  /** It is the only opening of the file in which a stack stands; a stack stands in the library that it opens with. */
  frameAtOnly: 30,
  frameInLibrary: 26,
  /** The port is this constant, and only here can it be one; or a number that may be something else. */
  port: 45,
  portPerhaps: 20,
  /** The program names none, and its library takes this one then. */
  portStandard: 25,
  portElsewhere: -40,
  portPerhapsElsewhere: -15,
  portUnknown: -20,
  /** The command line names the file; the program is named like it; its language cannot be run by that process. */
  commandFile: 30,
  commandName: 25,
  folder: 10,
  otherRuntime: -80,
  /** It is a program of its own, and another file is the one that the process is called after. */
  otherProgram: -25,
  /** No running program has this file in it. */
  leftOut: -80,
  /** A process may give itself another name. */
  notItsRuntime: -15,
  /** Its finding leads to this state. */
  finding: 30,
  /** The simulation ends in the same state for good, stays a while, passes it; never gets there. */
  simulated: 30,
  simulatedForAWhile: 15,
  neverSimulated: -25,
  /** Its usual path closes when the other side has; others of its paths may not. */
  closesUsually: -10,
  /** The same call fails with the same errno in the simulation. */
  errno: 20,
  /** The timer can, or cannot, be one that this line's options set. */
  timer: 15,
  otherTimer: -30,
  /** What went over the connection is not what this path does. */
  otherTraffic: -20,
  paced: -15,
  lastWords: 10,
  /** It is left open, and the state is one that only a close makes. */
  leftOpen: -5,
  role: 5,
  /** The process runs this program, and no other of its lines can be it. */
  remaining: 20,
  /** It leaves descriptors open; nothing limits how long they stay. */
  descriptors: 35,
  unlimited: 25,
  /** A call that opens is written there, and no more is known. */
  written: 1,
} as const;

export function sum(evidence: readonly Evidence[]): number {
  return evidence.reduce((total, e) => total + e.weight, 0);
}

/** Errors whose address says where the process wanted a further descriptor, not which connections used them up. */
export const OUT_OF_DESCRIPTORS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);
