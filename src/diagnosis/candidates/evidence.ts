/** Why a line may be the one, or why not: each reason with its weight. Weights are data; only their order matters. */

type EvidenceKind = 'frame' | 'port' | 'command' | 'finding' | 'simulation' | 'role' | 'errno' | 'timer' | 'descriptors' | 'traffic';

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
  /** The port is this constant, and only here can it be one; or a number that may be something else. */
  port: 45,
  portPerhaps: 20,
  portElsewhere: -40,
  /** The command line names the file; the program is named like it; its language cannot be run by that process. */
  commandFile: 30,
  commandName: 25,
  folder: 10,
  otherRuntime: -80,
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
  /** It leaves descriptors open. */
  descriptors: 25,
} as const;

export function sum(evidence: readonly Evidence[]): number {
  return evidence.reduce((total, e) => total + e.weight, 0);
}
