/** Ranks the lines of a program by how well each explains a group of sockets or an error; every point has its reason. */

import type { SocketOptions } from '../../kernel/experiment.js';
import { sysctlsOf } from '../../kernel/sysctl.js';
import { optionsOf } from '../../scenarios/our-program.js';
import type { ProfileStep, Role } from '../../scenarios/profile.js';
import type { Machine } from '../../scenarios/scenario.js';
import type { Group } from '../groups.js';
import type { ErrorSign, StackSign } from '../symptom.js';
import { besideEvidence } from './beside.js';
import { programEvidence } from './commands.js';
import { withoutCompiled } from './compiled.js';
import { descriptorEvidence, LEAKS, staysEvidence } from './descriptors.js';
import type { Evidence } from './evidence.js';
import { OUT_OF_DESCRIPTORS, sum, WEIGHTS } from './evidence.js';
import { ASIDE } from '../likely-files.js';
import { atListen } from './listening.js';
import { Ports } from './ports.js';
import type { PortFound } from './port-found.js';
import { openingsOf, plainName } from './program.js';
import type { Opening, ProgramFiles } from './program.js';
import { withRemaining } from './remaining.js';
import { errnoEvidence, matchOf, simulationEvidence } from './simulated.js';
import { asOne, Helpers, isSameLine } from './same-connection.js';
import { frameEvidence, logEvidence, otherTraceback, stacksEvidence } from './stacks.js';
import { CLOSED_HERE, trafficEvidence } from './traffic.js';
import { isNamedIn } from './settings-values.js';
import { plural } from '../../words/plural.js';
import { say } from '../../words/say.js';

export interface Candidate {
  opening: Opening;
  score: number;
  evidence: Evidence[];
  /** The failure that leads there. */
  scenario: string | null;
}

export interface Ranking {
  /** Best first. */
  candidates: Candidate[];
  /** What was looked at, in a sentence: for the case that no line fits. */
  looked: string;
}

/** Lines that are simulated; those that nothing else speaks for are not. */
const MOST_SIMULATED = 12;
const MOST_SHOWN = 5;
/** Below this a line is a guess. */
const LEAST = 25;

export class Ranker {
  readonly openings: Opening[];
  private readonly ports: Ports;
  private readonly portsOf = new Map<Opening, PortFound[]>();
  private only: Set<Opening> | null = null;
  private readonly helpers: Helpers;

  private readonly program: ProgramFiles;

  constructor(
    given: ProgramFiles,
    private readonly machine: Machine,
  ) {
    const program = withoutCompiled(given);
    this.program = program;
    this.ports = new Ports(program);
    this.openings = this.ports.withServers(openingsOf(program));
    this.helpers = new Helpers(this.openings);
  }

  private portsFor(opening: Opening): PortFound[] {
    const known = this.portsOf.get(opening);
    if (known) return known;
    const found = this.ports.of(opening);
    this.portsOf.set(opening, found);
    return found;
  }

  /** The lines that may have opened these sockets. */
  group(group: Group, stacks: readonly StackSign[], errors: readonly ErrorSign[]): Ranking {
    const { role } = group;
    const holder = group.holder ?? group.listener ?? null;
    const fitting = this.openings.filter(({ connection }) => role === null || connection.role === role);
    const first = fitting.map((opening): Candidate =>
      this.candidate(opening, [
        ...this.portEvidence(opening, group.port),
        ...list(programEvidence(holder, opening.file, this.program.files)),
        ...list(stacksEvidence(stacks, errors, opening, this.isOnly(opening))),
        ...list(besideEvidence(holder, opening.file, this.ports.tests)),
        ...list(writtenEvidence(opening)),
        ...list(findingEvidence(opening, group)),
        ...(role === null ? [] : [{ kind: 'role', weight: WEIGHTS.role, text: roleText(role) } as const]),
      ]),
    );
    const told = withRemaining(withoutPort(first), group, this.helpers).sort((a, b) => b.score - a.score);
    const promising = told.filter((c) => c.score >= 0).slice(0, MOST_SIMULATED);
    const candidates = promising.map((c) => this.simulated(c, group));
    return { candidates: shown(candidates, this.helpers), looked: this.looked(fitting, role, group.port) };
  }

  /** The lines whose calls may have failed so. */
  error(sign: ErrorSign): Ranking {
    const fitting = this.openings.filter(({ connection }) => sign.call !== 'connect' || connection.role === 'client');
    const first = fitting.map((opening): Candidate =>
      this.candidate(opening, [
        ...list(logEvidence(sign, opening) ?? frameEvidence(sign.frames, say`the traceback`, opening, this.isOnly(opening))),
        ...list(otherTraceback(sign.frames, opening)),
        ...list(besideEvidence(null, opening.file, this.ports.tests)),
        // A process that has run out of descriptors says so wherever it wants the next.
        ...(OUT_OF_DESCRIPTORS.has(sign.errno) ? [] : this.portEvidence(opening, sign.remote?.port ?? null)),
        ...list(descriptorEvidence(sign, opening)),
      ]),
    );
    first.sort((a, b) => compare(isBesideGuess(a), isBesideGuess(b)) || b.score - a.score || compare(aside(a), aside(b)));
    const promising = first.slice(0, MOST_SIMULATED);
    const candidates = promising.map((c) => {
      if (OUT_OF_DESCRIPTORS.has(sign.errno)) {
        const told = c.evidence.some((e) => e.kind === 'descriptors');
        return told ? c : { ...c, ...this.candidate(c.opening, [...c.evidence, ...list(staysEvidence(c.opening, this.machine))]) };
      }
      const same = c.opening.written ? null : errnoEvidence(c.opening, sign, this.machine);
      return same ? { ...this.candidate(c.opening, [...c.evidence, same.evidence]), scenario: same.scenario } : c;
    });
    return { candidates: shown(candidates, this.helpers), looked: this.looked(fitting, null, sign.remote?.port ?? null) };
  }

  /** The lines on which a stack stands. */
  stack(stack: StackSign): Ranking {
    const candidates = this.openings.map((opening) =>
      this.candidate(opening, list(frameEvidence(stack.frames, stack.title, opening, this.isOnly(opening)))),
    );
    return { candidates: shown(candidates, this.helpers), looked: this.looked(this.openings, null, null) };
  }

  /** No other line of its file is known to open a connection. */
  private isOnly(opening: Opening): boolean {
    this.only ??= onlyOnes(this.openings);
    return this.only.has(opening);
  }

  private candidate(opening: Opening, evidence: Evidence[]): Candidate {
    return { opening, evidence, score: sum(evidence), scenario: null };
  }

  private simulated(c: Candidate, group: Group): Candidate {
    if (c.opening.written) return c;
    const match = matchOf(c.opening, group, this.machine);
    const timer = timerEvidence(c.opening, group, this.machine);
    const simulated = simulationEvidence(match, group, c.opening);
    const evidence = [
      ...c.evidence,
      // A timer that the line does not set is the very reason why no failure shows it: it speaks against it once.
      ...(timer && timer.weight < 0 && simulated.weight < 0 ? [] : [simulated]),
      ...list(timer),
      ...trafficEvidence(c.opening, group),
      ...list(leftOpenEvidence(c.opening, group)),
    ];
    return { ...this.candidate(c.opening, evidence), scenario: match?.scenario ?? null };
  }

  private portEvidence(opening: Opening, port: number | null): Evidence[] {
    if (port === null) return [];
    const found = this.portsFor(opening);
    const here = found.find((p) => p.port === port);
    if (here)
      return [
        {
          kind: 'port',
          weight: here.sure ? WEIGHTS.port : here.standard ? WEIGHTS.portStandard : WEIGHTS.portPerhaps,
          text: portText(here),
          names: [String(here.port), ...here.through, ...(here.setting?.split('.') ?? [])],
        },
      ];
    const sure = found.find((p) => p.sure);
    if (sure && !this.ports.isOpen(opening))
      return [{ kind: 'port', weight: WEIGHTS.portElsewhere, text: say`its port is ${sure.port} (${sure.file}:${sure.line})` }];
    const setting = sure ? null : this.setting(opening, port);
    if (setting) return [setting];
    const perhaps = sure ?? found.find((p) => p.port >= REGISTERED);
    return perhaps
      ? [
          {
            kind: 'port',
            weight: WEIGHTS.portPerhapsElsewhere,
            text: say`its port may be ${perhaps.port} (${perhaps.file}:${perhaps.line})`,
          },
        ]
      : [];
  }

  /** `port: 5432` in a settings file whose key the source names. */
  private setting({ file }: Opening, port: number): Evidence | null {
    const named = this.ports.settings.find((s) => s.port === port && isNamedIn(file.text, s));
    return named ? { kind: 'port', weight: WEIGHTS.portPerhaps, text: say`${named.name} is ${port} in ${named.file}:${named.line}` } : null;
  }

  private looked(openings: readonly Opening[], role: Group['role'], port: number | null): string {
    const files = new Set(openings.map((o) => o.file.path)).size;
    const ports = [
      ...new Set(
        openings.flatMap((o) =>
          this.portsFor(o)
            .filter((p) => p.sure)
            .map((p) => p.port),
        ),
      ),
    ]
      .sort((a, b) => a - b)
      .slice(0, 12);
    const of = this.program.files.length;
    const lines = lookedText(role, openings.length, files, of);
    if (port === null) return lines;
    return ports.length === 0
      ? say`${lines}; port ${port} was looked for, but no port is known of them`
      : say`${lines}; port ${port} was looked for, their ports are ${ports.join(', ')}`;
  }
}

function roleText(role: Role): string {
  if (role === 'client') return say`it is a client's connection, as the socket is`;
  return role === 'accepted' ? say`it is an accepted connection, as the socket is` : say`it is a listener, as the socket is`;
}

function lookedText(role: Role | null, lines: number, files: number, of: number): string {
  if (role === null) return say`${plural(lines, 'line')} that may open connections, in ${files} of ${of} files`;
  if (role === 'client') return say`${plural(lines, 'line')} for clients' connections, in ${files} of ${of} files`;
  return role === 'accepted'
    ? say`${plural(lines, 'line')} for accepted connections, in ${files} of ${of} files`
    : say`${plural(lines, 'line')} for listeners, in ${files} of ${of} files`;
}

function list(evidence: Evidence | null): Evidence[] {
  return evidence ? [evidence] : [];
}

function portText(p: PortFound): string {
  if (p.standard) return say`port ${p.port} is the one that ${p.through.join(', ')} takes where none is given`;
  if (p.setting !== undefined) return say`${p.setting} is ${p.port} in ${p.file}:${p.line}`;
  return p.through.length === 0
    ? say`port ${p.port} stands in ${p.file}:${p.line}`
    : say`port ${p.port} stands in ${p.file}:${p.line}, by way of ${p.through.join(', ')}`;
}

/** Its finding leads to exactly this state, or to this errno where the kernel ends the connection. */
function findingEvidence(opening: Opening, group: Group): Evidence | null {
  const finding =
    opening.findings.find(({ consequence: c, rule }) => c?.what === group.state || (group.state === 'CLOSE' && LEAKS.has(rule))) ??
    opening.findings.find(
      ({ consequence: c }) => c?.errno === 'ETIMEDOUT' && group.state === 'ESTABLISHED' && (group.timer === 'on' || group.timer === null),
    );
  if (!finding) return null;
  return { kind: 'finding', weight: WEIGHTS.finding, text: `${finding.rule}: ${finding.headline}` };
}

/** A line that surely leaks is not the first to be thought of where somebody has closed. */
function leftOpenEvidence(opening: Opening, group: Group): Evidence | null {
  const leak = CLOSED_HERE.has(group.state) ? opening.findings.find((f) => LEAKS.has(f.rule) && f.certainty === 'certain') : undefined;
  return leak ? { kind: 'finding', weight: WEIGHTS.leftOpen, text: say`${leak.rule}: on some way it is not closed at all` } : null;
}

/** Where one line surely names the port, it speaks against those of which no port is known. */
function withoutPort(candidates: readonly Candidate[]): Candidate[] {
  const named = candidates.find((c) => c.evidence.some((e) => e.kind === 'port' && e.weight >= WEIGHTS.port));
  if (!named) return [...candidates];
  const { file, connection } = named.opening;
  const against = {
    kind: 'port',
    weight: WEIGHTS.portUnknown,
    text: say`no port is known of it, and ${file.path}:${connection.range.startLine} names this one`,
  } as const;
  return candidates.map((c) => {
    if (c.evidence.some((e) => e.kind === 'port' || e.kind === 'frame')) return c;
    return { ...c, evidence: [...c.evidence, against], score: c.score + against.weight };
  });
}

/** Lines that are the only ones of their file; one connection may be known by several paths. */
function onlyOnes(openings: readonly Opening[]): Set<Opening> {
  const lines = new Map<Opening['file'], Set<number>>();
  const seen = openings.filter((o) => !o.written);
  for (const { file, connection } of seen) lines.set(file, (lines.get(file) ?? new Set()).add(connection.range.startLine));
  const written = openings.filter((o) => o.written && openings.every((other) => other.file !== o.file || other === o));
  return new Set([...seen.filter(({ file }) => lines.get(file)?.size === 1), ...written]);
}

function writtenEvidence({ written, connection }: Opening): Evidence | null {
  return written
    ? { kind: 'call', weight: WEIGHTS.written, text: say`${connection.library} is called there; the analysis does not follow it` }
    : null;
}

/** Smaller numbers are sizes and limits as often as ports. */
const REGISTERED = 1024;
const TIMER_OPTIONS = [
  'SO_KEEPALIVE',
  'TCP_KEEPIDLE',
  'TCP_KEEPINTVL',
  'TCP_KEEPCNT',
  'TCP_USER_TIMEOUT',
  'TCP_SYNCNT',
  'TCP_RTO_MAX_MS',
  'TCP_LINGER2',
];

/** The options of a line that decide about kernel timers. */
export function timerOptionsOf(opening: Opening): SocketOptions {
  const onPath = (steps: readonly ProfileStep[]): SocketOptions =>
    Object.assign({}, ...steps.map((s) => ({ ...s.options, ...onPath(s.steps ?? []) }))) as SocketOptions;
  const all = { ...optionsOf(opening.connection), ...onPath(opening.connection.steps) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => TIMER_OPTIONS.includes(name)));
}

/** Does the line switch on the keepalive that the table shows, with numbers that allow it? */
function timerEvidence(opening: Opening, group: Group, machine: Machine): Evidence | null {
  const { keepalive } = opening.connection;
  if (group.state !== 'ESTABLISHED' || group.timer === undefined || group.timer === 'on' || group.timer === 'persist') return null;
  const shows = group.timer === 'keepalive';
  if (keepalive.on !== shows)
    return {
      kind: 'timer',
      weight: WEIGHTS.otherTimer,
      text: shows ? say`it does not switch keepalive on` : say`it switches keepalive on, and the socket has no such timer`,
    };
  if (!shows) return null;
  const left = Math.max(...group.sockets.map((s) => s.timer?.least ?? 0));
  const { sysctls } = sysctlsOf(machine.sysctls.A);
  const idle = keepalive.idle ?? sysctls.tcpKeepaliveTime;
  const probed = group.sockets.some((s) => (s.timer?.count ?? 0) > 0);
  const most = probed ? Math.max(keepalive.interval ?? sysctls.tcpKeepaliveIntvl, idle) : idle;
  if (left > most)
    return { kind: 'timer', weight: WEIGHTS.otherTimer, text: say`its keepalive starts sooner (${idle} s) than the timer shows` };
  return {
    kind: 'timer',
    weight: WEIGHTS.timer,
    text: keepalive.line === null ? say`it switches keepalive on` : say`it switches keepalive on (line ${keepalive.line})`,
  };
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** Lines from the opening to its connect(): what a helper opens is shown where it is opened, before the line that asks for it. */
function toConnect({ opening: { connection } }: Candidate): number {
  const connect = connection.steps.find((s) => s.do === 'connect' && s.file === undefined);
  if (!connect) return connection.role === 'client' ? Infinity : 0;
  return Math.abs(connect.line - connection.range.startLine);
}

/** Of lines for which as much speaks, those of tests and examples come last. */
const aside = ({ opening: { file } }: Candidate): number => Number(ASIDE.test(file.path));

/** What a program brings along comes after its own lines, where neither a place nor a port speaks for it. */
const isBesideGuess = (c: Candidate): number =>
  Number(aside(c) === 1 && !c.evidence.some((e) => e.weight > 0 && (e.kind === 'frame' || e.kind === 'port')));

/** Then those that ask a helper or a class for it: the call that opens does not stand there. */
function asking({ opening: { file, connection } }: Candidate): number {
  const name = plainName(connection.library);
  const line = file.text.split('\n', connection.range.startLine).at(-1) ?? '';
  return Number(name !== '' && !line.includes(name));
}

/** Where the port is surely this one, what speaks against the line is told beside it. */
const namesPort = ({ evidence }: Candidate): boolean => evidence.some((e) => e.kind === 'port' && e.weight >= WEIGHTS.port);

/** The best, those apart that are no more than a guess. */
function shown(candidates: readonly Candidate[], helpers: Helpers): Candidate[] {
  const surest = (c: Candidate): number => c.evidence.filter((e) => e.kind !== 'role' && e.weight > 0).length;
  return asOne(candidates, helpers)
    .map(atListen)
    .filter((c) => (c.score >= LEAST || (c.score > 0 && namesPort(c))) && surest(c) > 0)
    .sort(
      (a, b) =>
        compare(isBesideGuess(a), isBesideGuess(b)) ||
        b.score - a.score ||
        compare(aside(a), aside(b)) ||
        compare(asking(a), asking(b)) ||
        compare(toConnect(a), toConnect(b)),
    )
    .filter((c, i, all) => all.findIndex((other) => isSameLine(c, other)) === i)
    .slice(0, MOST_SHOWN);
}
