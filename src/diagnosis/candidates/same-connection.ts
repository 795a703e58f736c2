/** Candidates that are one connection: made by a helper and asked for by its caller, or known on one line by several paths. */

import type { Candidate } from './rank.js';

/** One line may be known by several of its connections: the best stands for it. */
export const isSameLine = ({ opening: a }: Candidate, { opening: b }: Candidate): boolean =>
  a.file === b.file && a.connection.range.startLine === b.connection.range.startLine;

/**
 * A connection that a function makes and gives back is known where it is made and where it is asked for. Both are one: the line of the
 * two that names the other side is shown, with what speaks for either.
 */
export function asOne(candidates: readonly Candidate[]): Candidate[] {
  const out = [...candidates];
  for (const asked of candidates) {
    const made = candidates.find((c) => c !== asked && c.opening.file === asked.opening.file && makes(c, asked));
    if (!made) continue;
    if (namesPort(asked)) {
      // Where it is made nothing says which of its callers it is for, or only by way of them.
      const isNearer = !namesPort(made) || wayTo(asked) < wayTo(made);
      if (isNearer && asked.score >= made.score && out.includes(made)) out.splice(out.indexOf(made), 1);
      continue;
    }
    if (!namesPort(made)) continue;
    const better = asked.score > made.score ? { ...asked, opening: made.opening } : made;
    out.splice(out.indexOf(asked), 1);
    out.splice(out.indexOf(made), 1, better);
  }
  return out;
}

/** The steps of `asked` begin where `made` is opened. */
function makes(made: Candidate, asked: Candidate): boolean {
  const [line, other] = [made, asked].map(({ opening: { connection } }) => connection.steps.find((s) => s.do === 'connect')?.line);
  const { range } = made.opening.connection;
  return (
    line !== undefined && line === other && range.startLine !== asked.opening.connection.range.startLine && line - range.endLine <= NEAR
  );
}

/** How many names lead from the line to its port. */
const wayTo = ({ evidence }: Candidate): number => evidence.find((e) => e.kind === 'port' && e.weight > 0)?.names?.length ?? Infinity;

/** Lines between an opening and its connect(). */
const NEAR = 10;

/** The port, or a name that leads to it, stands on the line itself. */
function namesPort({ opening, evidence }: Candidate): boolean {
  const { connection, file } = opening;
  const { startLine, endLine } = connection.range;
  const connect = connection.steps.find(
    (s) => s.do === 'connect' && s.file === undefined && s.line >= startLine && s.line <= endLine + NEAR,
  );
  const lines = file.text
    .split('\n')
    .filter((_, i) => (i >= startLine - 1 && i < endLine) || i + 1 === connect?.line)
    // The name that it gets says nothing of the other side.
    .map((line) => line.replace(/^[^=({]*[^=!<>({](?=:?=[^=>])/, ''))
    .join(' ');
  const port = evidence.find((e) => e.kind === 'port' && e.weight > 0)?.names ?? [];
  return port.some((name) => new RegExp(`(?<![\\w$])${name.replace(/[^\w]/g, '')}(?![\\w$])`).test(lines));
}
