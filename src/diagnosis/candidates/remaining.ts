/** Where nothing names the port, but the process runs this program and only one of its lines can be it: that is a reason too. */

import type { Group } from '../groups.js';
import type { Holder } from '../symptom.js';
import { runsUnder } from './commands.js';
import type { Evidence } from './evidence.js';
import { WEIGHTS } from './evidence.js';
import type { Candidate } from './rank.js';
import { asOne } from './same-connection.js';
import type { Helpers } from './same-connection.js';
import { say } from '../../words/say.js';

const portOf = ({ evidence }: Candidate): number => evidence.find((e) => e.kind === 'port')?.weight ?? 0;

/** The same candidates, with that reason for the one that is left. */
export function withRemaining(candidates: readonly Candidate[], group: Group, helpers: Helpers): Candidate[] {
  const all = [...candidates];
  const holder = group.holder ?? group.listener ?? null;
  if (group.role === null || group.port === null || holder === null || all.some((c) => portOf(c) >= WEIGHTS.port)) return all;
  const possible = all.filter((c) => portOf(c) !== WEIGHTS.portElsewhere && runs(c));
  const lines = new Set(asOne(possible, helpers).map(({ opening: o }) => `${o.file.path}:${o.connection.range.startLine}`));
  if (lines.size !== 1 || !possible.every(({ opening: { file } }) => isProgramOf(holder, file.language, possible))) return all;
  const evidence: Evidence = {
    kind: 'role',
    weight: WEIGHTS.remaining,
    text:
      all.length > possible.length
        ? say`the program's other lines of this kind have other ports`
        : say`it is the program's only line of this kind`,
  };
  return all.map((c) => (possible.includes(c) ? { ...c, evidence: [...c.evidence, evidence], score: c.score + evidence.weight } : c));
}

const runs = ({ evidence }: Candidate): boolean => !evidence.some((e) => e.kind === 'command' && e.weight < 0);

/** A process that is called after the program, or the runtime of its language. */
const isProgramOf = (holder: Holder, language: string, possible: readonly Candidate[]): boolean =>
  runsUnder(holder, language) || possible.some(({ evidence }) => evidence.some((e) => e.kind === 'command' && e.weight > 0));
