/** Candidates that are one connection: made by a helper and asked for by its caller, or known on one line by several paths. */

import type { ProfileStep } from '../../scenarios/profile.js';
import { sum, WEIGHTS } from './evidence.js';
import type { Evidence } from './evidence.js';
import { plainName } from './program.js';
import type { Opening } from './program.js';
import type { Candidate } from './rank.js';
import { say } from '../../words/say.js';

/** One line may be known by several of its connections: the best stands for it. */
export const isSameLine = ({ opening: a }: Candidate, { opening: b }: Candidate): boolean =>
  a.file === b.file && a.connection.range.startLine === b.connection.range.startLine;

/** Which openings are the inside of others: a helper makes the connection, a caller is given it. */
export class Helpers {
  /** By the place of its connect(): the helper's opening first, then those that ask for it. */
  private readonly makerOf = new Map<Opening, Opening>();
  private readonly askersOf = new Map<Opening, Set<string>>();

  constructor(openings: readonly Opening[]) {
    const byConnect = new Map<string, Opening[]>();
    for (const o of openings) {
      const place = connectOf(o);
      if (place) byConnect.set(place.key, [...(byConnect.get(place.key) ?? []), o]);
    }
    this.addCallers(openings);
    for (const same of byConnect.values()) {
      // Who asks may stand a few lines above: the maker is the nearest.
      const maker = same.filter(isMaker).sort((a, b) => toConnect(a) - toConnect(b))[0];
      if (!maker) continue;
      for (const o of same) {
        if (o === maker || startOf(o) === startOf(maker)) continue;
        this.makerOf.set(o, maker);
        this.askersOf.set(maker, (this.askersOf.get(maker) ?? new Set()).add(startOf(o)));
      }
    }
  }

  /** Who calls the function, or the class whose constructor it is, in which another line opens what is never connected there. */
  private addCallers(openings: readonly Opening[]): void {
    const makers = openings.filter((o) => !o.written && o.connection.role !== 'accepted' && callName(o) !== '');
    for (const asked of openings) {
      const text = asked.file.text.split('\n', asked.connection.range.startLine).at(-1) ?? '';
      const maker = makers.find(
        (m) =>
          m !== asked &&
          m.file === asked.file &&
          m.connection.library === asked.connection.library &&
          startOf(m) !== startOf(asked) &&
          !text.includes(plainName(m.connection.library)) &&
          calls(text, callName(m)),
      );
      if (!maker || asked.written || connectOf(asked)) continue;
      this.makerOf.set(asked, maker);
      this.askersOf.set(maker, (this.askersOf.get(maker) ?? new Set()).add(startOf(asked)));
    }
  }

  /** The helper that makes this connection, where nobody else asks it for one: the line that opens it is then known. */
  only(asked: Opening): Opening | null {
    const maker = this.makerOf.get(asked);
    return maker && this.askersOf.get(maker)?.size === 1 ? maker : null;
  }

  makerFor(asked: Opening): Opening | undefined {
    return this.makerOf.get(asked);
  }

  isAsked(maker: Opening): boolean {
    return this.askersOf.get(maker)?.size === 1;
  }
}

/** By this the opening is done: what is made becomes a client's or a listener. */
const isEnd = ({ do: what }: ProfileStep): boolean => what === 'connect' || what === 'listen';

/** The name by which the function around an opening is called: a constructor by that of its class. */
function callName({ file, connection: { function: within, range } }: Opening): string {
  const name = plainName(within);
  if (name !== '__init__' && name !== 'constructor') return /^(?:module|lambda|main)?$/.test(name) ? '' : name;
  const before = file.text.split('\n', range.startLine);
  for (let i = before.length - 1; i >= 0; i--) {
    const found = /^\s*(?:export\s+)?(?:default\s+)?class\s+([\w$]+)/.exec(before[i]?.slice(0, 300) ?? '')?.[1];
    if (found !== undefined) return found;
  }
  return '';
}

const calls = (line: string, name: string): boolean =>
  new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}\\s*\\(`).test(line.slice(0, 400));

const startOf = ({ file, connection }: Opening): string => `${file.path}:${connection.range.startLine}`;

/** A loop over what getaddrinfo() gives has it inside. */
const endOf = (steps: readonly ProfileStep[]): ProfileStep | undefined => {
  for (const step of steps) {
    const found = isEnd(step) ? step : endOf(step.steps ?? []);
    if (found) return found;
  }
  return undefined;
};

function connectOf({ file, connection }: Opening): { key: string; file: string; line: number } | null {
  const connect = endOf(connection.steps);
  if (!connect) return null;
  const of = connect.file ?? file.path;
  return { key: `${of}:${connect.line}`, file: of, line: connect.line };
}

const toConnect = (o: Opening): number => (connectOf(o)?.line ?? Infinity) - o.connection.range.startLine;

/** It stands where its connect() does. */
function isMaker(opening: Opening): boolean {
  const connect = connectOf(opening);
  const { startLine, endLine } = opening.connection.range;
  return connect !== null && connect.file === opening.file.path && connect.line >= startLine && connect.line - endLine <= NEAR;
}

/**
 * A connection that a function makes and gives back is known where it is made and where it is asked for. Both are one. Where one
 * place alone asks for it, the line that opens it is shown, with what is known of it there; else the line of the two that names the
 * other side, with what speaks for either.
 */
export function asOne(candidates: readonly Candidate[], helpers: Helpers): Candidate[] {
  const opened = forSeveral(candidates, helpers)
    .filter(({ opening }) => !helpers.isAsked(opening) || !candidates.some((c) => helpers.only(c.opening) === opening))
    .map((c) => atOpening(c, candidates, helpers));
  const out = [...opened];
  for (const asked of opened) {
    const made = opened.find((c) => c !== asked && c.opening.file === asked.opening.file && makes(c, asked));
    if (!made) continue;
    if (namesPort(asked)) {
      // Where it is made nothing says which of its callers it is for, or only by way of them.
      const isNearer = !namesPort(made) || wayTo(asked) < wayTo(made);
      const at = isNearer && asked.score >= made.score ? out.indexOf(made) : -1;
      if (at >= 0) out.splice(at, 1, { ...made, score: Math.min(made.score, asked.score - 1) });
      continue;
    }
    if (!namesPort(made)) continue;
    const better = asked.score > made.score ? { ...asked, opening: shownAt(asked.opening, made.opening) } : made;
    out.splice(out.indexOf(asked), 1);
    out.splice(out.indexOf(made), 1, better);
  }
  return out;
}

/** Several places ask a helper for this very port, or nothing speaks for one of them more than for the helper: it is the helper's line. */
function forSeveral(candidates: readonly Candidate[], helpers: Helpers): Candidate[] {
  const sure = ({ evidence }: Candidate): boolean => evidence.some((e) => e.kind === 'port' && e.weight >= WEIGHTS.port);
  const out = [...candidates];
  for (const made of candidates) {
    const asking = candidates.filter((c) => helpers.makerFor(c.opening) === made.opening);
    const naming = new Set(asking.filter(sure).map((c) => startOf(c.opening)));
    const most = Math.max(...asking.map((c) => c.score));
    const alike = new Set(asking.filter((c) => c.score === most).map((c) => startOf(c.opening))).size > 1;
    const isHelpers = naming.size > 1 || (naming.size === 0 && (sure(made) || alike));
    if (asking.length < 2 || !isHelpers) continue;
    const best = [...asking, made].sort((a, b) => b.score - a.score)[0] as Candidate;
    const evidence = bestOfEach(best.evidence, made.evidence);
    const opening = best === made ? made.opening : shownAt(best.opening, made.opening);
    out.splice(out.indexOf(made), 1, { ...best, opening, evidence, score: sum(evidence) });
    for (const c of asking) out.splice(out.indexOf(c), 1);
  }
  return out;
}

/** What is known where it is asked for, shown on the line of the helper that opens it. */
function atOpening(asked: Candidate, candidates: readonly Candidate[], helpers: Helpers): Candidate {
  const maker = helpers.only(asked.opening);
  if (!maker) return asked;
  const made = candidates.find((c) => c.opening === maker);
  const evidence: Evidence[] = [
    ...bestOfEach(asked.evidence, made?.evidence ?? []),
    { kind: 'call', weight: 0, text: say`it is opened for ${startOf(asked.opening)}` },
  ];
  return { scenario: asked.scenario ?? made?.scenario ?? null, score: sum(evidence), evidence, opening: shownAt(asked.opening, maker) };
}

/** The connection that is asked for, with its options and steps, on the line of its maker. */
function shownAt(asked: Opening, { file, connection: { range, library, function: within } }: Opening): Opening {
  return { ...asked, file, connection: { ...asked.connection, range, library, function: within } };
}

/** Of two lists about one connection, for each kind of reason those that speak more for it. */
function bestOfEach(asked: readonly Evidence[], made: readonly Evidence[]): Evidence[] {
  const kinds = [...new Set([...asked, ...made].map((e) => e.kind))];
  return kinds.flatMap((kind) => {
    const [a, b] = [asked, made].map((list) => list.filter((e) => e.kind === kind)) as [Evidence[], Evidence[]];
    return a.length === 0 || (b.length > 0 && sum(b) > sum(a)) ? b : a;
  });
}

/** The steps of `asked` begin where `made` is opened. */
function makes(made: Candidate, asked: Candidate): boolean {
  if (made.opening.written && asked.opening.written) return false;
  const [line, other] = [made, asked].map(({ opening: { connection } }) => endOf(connection.steps)?.line);
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
  const connect = connection.steps.find((s) => isEnd(s) && s.file === undefined && s.line >= startLine && s.line <= endLine + NEAR);
  const lines = file.text
    .split('\n')
    .filter((_, i) => (i >= startLine - 1 && i < endLine) || i + 1 === connect?.line)
    // The name that it gets says nothing of the other side.
    .map((line) => line.replace(/^[^=({]*[^=!<>({](?=:?=[^=>])/, ''))
    .join(' ');
  const port = evidence.find((e) => e.kind === 'port' && e.weight > 0)?.names ?? [];
  return port.some((name) => !name.endsWith('()') && new RegExp(`(?<![\\w$])${name.replace(/[^\w]/g, '')}(?![\\w$])`).test(lines));
}
