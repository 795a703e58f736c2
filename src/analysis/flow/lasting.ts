/**
 * What is asked of a connection that lives on: what waits for it, what is written to it, and is there anything at all, in
 * this function or elsewhere, that ends it when the peer falls silent?
 */

import { nodesOf } from './nodes-of.js';
import type { OptionName } from './facts.js';
import type { CallStmt, FunctionIr, Place, Span } from './ir.js';
import type { Where } from './notes.js';
import { isPlain } from './places.js';
import type { Program } from './program.js';
import { reachOf } from './reach.js';
import type { Hand, Keeper, Origin, Reach, Use } from './reached.js';
import { isBetween, optionsOf, settingOf } from './settings-of.js';
import type { Setting } from './settings-of.js';
import { start } from './state.js';
import { operandIn, placeOf } from './values-of.js';
import { variantOf } from './variants.js';

export interface Lasting {
  opened: Where & { fn: FunctionIr; place: Place | null; type: string };
  keeper: Keeper | null;
  /** Reads and polls that have no limit, and registrations in an event loop without one. */
  waits: readonly (Where & { kind: 'read' | 'poll' | 'loop' })[];
  /** Writes; `apart`: in another function than the one that opens it. */
  writes: readonly (Where & { apart: boolean })[];
  reads: boolean;
  /** Reads without a limit in functions that write to it before: each waits for an answer. */
  answers: readonly Where[];
  options: ReadonlyMap<OptionName, Setting>;
  /** A wait has a limit of its own, or a timer touches it. */
  limited: boolean;
  /** Something is sent from time to time to see whether the peer is there. */
  beats: boolean;
  /** Somebody whom we cannot follow has it. */
  lost: boolean;
  /** It accepts, or sends datagrams, or was never connected. */
  other: boolean;
}

/** Where it is opened, and the calls that hand it up. */
export interface Beginning {
  origins: readonly Origin[];
  range: Span;
  /** The library's call that opens it. */
  call: Pick<Use, 'fn' | 'stmt' | 'fact'> | null;
  connected: boolean;
  /** Functions from the opening one to the one whose connection it is. */
  chain: readonly Hand[];
  /** An event loop waits for it from there on, or until it is closed right there. */
  watched?: 'on' | 'briefly';
  /** A framework gives it a limit for its reads before it gives the connection. */
  limited?: boolean;
}

/** Whole words of what is sent, or called, to see whether the peer is there. */
const beats = /(?<![a-z])(?:ping|pings|pong|heartbeat|heartbeats|heart_beat|noop|watchdog|(?<!so_|tcp_|-|::)keep_?alive)(?![a-z])/i;

/** `below`: a function that it came from keeps it itself, and is asked; null: there is nothing to ask here. */
export function lastingOf(program: Program, beginning: Beginning, reach: Reach): Lasting | 'below' | null {
  const [origin] = beginning.origins;
  const top = beginning.chain.at(-1)?.fn;
  if (!origin || !top) return null;
  if (beginning.chain.some(({ fn }) => fn !== top && reach.keepers.some((keeper) => keeper.fn === fn))) return 'below';
  // Its callers are asked instead.
  if (reach.cut || (reach.returned.has(top.id) && reach.keepers.length === 0)) return null;
  const { call } = beginning;
  const opening = call ? [{ ...call, fact: variantOf({ program, fn: call.fn }, start, call.stmt, call.fact) }] : [];
  const options = optionsOf(program, [...opening, ...reach.uses]);
  inherit(program, beginning, options);
  const nonBlocking = options.get('O_NONBLOCK') === 'set';
  const writes = reach.uses.filter(({ fact }) => fact.blocks?.wait === 'write' || fact.step?.do === 'send');
  const reading = reach.uses.filter(({ fact }) => fact.blocks?.wait === 'read');
  // A limit for a while, taken off again.
  const between = new Set(reading.filter((use) => isBetween(program, reach.uses, use)));
  const reads = reading.filter((use) => !between.has(use));
  const polls = reach.uses.filter(
    (use) => (use.polls || use.fact.blocks?.wait === 'poll') && !isForConnect(reach, use) && !asksOnly(program, use),
  );
  const loops = reach.uses.filter(({ fact }) => fact.registers !== undefined);
  const chain = new Set(beginning.chain.map(({ fn }) => fn.id));
  const asks = (read: Use): boolean =>
    writes.some(({ fn, range }) => fn === read.fn && range.startLine < read.range.startLine && !isLimited(program, read));
  const waits = [
    ...(nonBlocking ? [] : reads.filter((use) => !isLimited(program, use)).map((use) => placed(use, 'read' as const))),
    ...polls.filter((use) => !isLimited(program, use)).map((use) => placed(use, 'poll' as const)),
    ...loops.filter((use) => loopIsLimited(program, use) === false).map((use) => placed(use, 'loop' as const)),
    ...(beginning.watched === 'on' ? [{ range: beginning.range, file: origin.fn.file, kind: 'loop' as const }] : []),
  ];
  return {
    opened: { fn: origin.fn, place: reach.nameIn(origin.fn), type: origin.type, range: beginning.range, file: origin.fn.file },
    keeper: reach.keepers[0] ?? null,
    waits,
    reads: reading.length + polls.length + loops.length > 0,
    answers: nonBlocking
      ? []
      : reads.filter((read) => !read.fact.blocks?.streams && asks(read)).map(({ range, file }) => ({ range, file })),
    writes: writes.map((use) => ({ range: use.range, file: use.file, apart: !chain.has(use.fn.id) || use.loops.length > 0 })),
    options,
    // One wait that has no end is enough, but a poll without limit covers the read after it.
    limited:
      reads.some((use) => isLimited(program, use)) ||
      [...between].some(({ fn }) => !chain.has(fn.id)) ||
      (polls.some((use) => isLimited(program, use)) && !waits.some(({ kind }) => kind === 'poll')) ||
      loops.some((use) => loopIsLimited(program, use) !== false) ||
      isTimed(program, reach) ||
      beginning.limited === true ||
      beginning.watched === 'briefly' ||
      (beginning.watched === 'on' && countsTime(program, origin.fn)),
    beats: beatsIn(program, reach) || beatsAround(program, reach, beginning),
    lost: reach.strangers.some((stmt) => maySetUp(stmt)) || reach.uses.some(({ fact }) => fact.takes === true && !fact.registers),
    other: isOther(beginning, reach),
  };
}

/** Whole words of functions that may give a connection options, or limits, or to somebody else. */
const setUps =
  /^(?:keepalive|alive|timeout|timeouts|timeo|deadline|opt|opts|option|options|sockopt|setup|set|tune|configure|config|init|prepare|tcp|socket|sock|new|create|make|open|wrap|start|register|add|attach|accept|connect|callback|cb)$/i;

/** Could a function that nobody knows do so, by its name? One without a name could; a pointer in a field is named after what it does. */
function maySetUp({ callee }: CallStmt): boolean {
  const field = callee.kind === 'value' && !isPlain(callee.place) ? callee.place : null;
  const name = callee.kind === 'api' || callee.kind === 'method' ? callee.name : field;
  return (
    name === null ||
    (name.slice(name.lastIndexOf('.') + 1).match(/[A-Z]{1,40}(?![a-z])|[A-Z]?[a-z]+/g) ?? []).some((word) => setUps.test(word))
  );
}

function placed<K>({ range, file }: Use, kind: K): Where & { kind: K } {
  return { range, file, kind };
}

/**
 * What an accepted connection takes over. A listener that is opened out
 * of sight may have keepalive on where the program ever speaks of it.
 */
function inherit(program: Program, { call }: Beginning, options: Map<OptionName, Setting>): void {
  const slot = call?.fact.opens?.inheritsFrom;
  const listener = call && slot ? placeOf(operandIn(call.stmt, slot)) : null;
  if (!call || listener === null) return;
  const type = call.fact.opens?.type ?? '';
  const reach = reachOf(program, [{ fn: call.fn, place: listener, type: program.classOf(call.fn, listener, null) ?? type }], []);
  const of = optionsOf(program, reach.uses);
  const isOpened = reach.uses.some(({ fact }) => fact.step?.do === 'listen');
  const mayBeOn = of.get('SO_KEEPALIVE') === 'set' || (!isOpened && program.functionsNaming(call.fn, 'SO_KEEPALIVE').length > 0);
  if (mayBeOn) options.set('SO_KEEPALIVE', 'set');
  for (const name of ['SO_RCVTIMEO', 'TCP_USER_TIMEOUT'] as const) if (of.get(name) === 'set') options.set(name, 'set');
}

function isOther(beginning: Beginning, { uses }: Reach): boolean {
  const does = (step: string): boolean => uses.some(({ fact }) => fact.step?.do === step);
  if (does('listen') || does('accept')) return true;
  return !beginning.connected && !does('connect') && !uses.some(({ fact }) => fact.blocks?.wait === 'connect');
}

/** A poll that does not wait. */
function asksOnly(program: Program, { fn, stmt, fact }: Use): boolean {
  const operand = fact.blocks?.limit === undefined ? null : operandIn(stmt, fact.blocks.limit);
  const given = operand?.kind === 'place' ? fn.params.find(({ name }) => name === operand.place)?.default : operand;
  return given?.kind === 'const' && given.value === 0;
}

/** The wait for a connect that does not block. */
function isForConnect({ uses }: Reach, { fn, stmt }: Use): boolean {
  return (
    uses.some((use) => use.fn === fn && use.fact.step?.do === 'connect' && use.range.startLine < stmt.range.startLine) &&
    !uses.some((use) => use.fn === fn && use.fact.blocks?.wait === 'read')
  );
}

/** A limit of the call itself, or around it. */
function isLimited(program: Program, { fn, stmt, fact }: Use): boolean {
  if (program.limitsAll(fn, stmt, fact.blocks) || (stmt.limit !== undefined && settingOf(program, fn, stmt.limit) === 'set')) return true;
  if (fact.blocks?.limit === undefined) return false;
  const operand = operandIn(stmt, fact.blocks.limit);
  return operand !== null && settingOf(program, fn, operand) === 'set';
}

/** How the calls wait in which the loop does: null when none is in sight. A loop that has no such calls of its own never ends. */
function loopIsLimited(program: Program, use: Use): boolean | null {
  const waits = use.fact.registers?.waits;
  if (!waits) return false;
  const found = waits.flatMap((name) =>
    program.functionsNaming(use.fn, name.slice(name.lastIndexOf('.') + 1)).flatMap((fn) =>
      callsIn(program, fn).flatMap((stmt) => {
        const resolved = program.resolve(fn, stmt, null);
        return resolved.how === 'fact' && [resolved.fact.name].flat().includes(name)
          ? [isLimited(program, { ...use, fn, stmt, fact: resolved.fact })]
          : [];
      }),
    ),
  );
  return found.length === 0 ? null : found.some((limited) => limited);
}

function callsIn(program: Program, fn: FunctionIr): Use['stmt'][] {
  return nodesOf(program, fn).flatMap(({ op }) => (op.op === 'call' ? [op.stmt] : []));
}

/** Does a timer of an event loop run something that works on it? */
function isTimed(program: Program, reach: Reach): boolean {
  const pattern = program.facts.wordsOf((fact) => fact.timer !== undefined);
  if (!pattern) return false;
  const units = new Set([...reach.functions.values()].map((fn) => program.unitOf(fn)));
  return [...units].some((unit) =>
    unit
      .holding(pattern)
      .flatMap((decl) => unit.functionsIn(decl))
      .some((fn) =>
        callsIn(program, fn).some((stmt) => {
          const resolved = program.resolve(fn, stmt, null);
          const callee = resolved.how === 'fact' && resolved.fact.timer ? operandIn(stmt, resolved.fact.timer.callee) : null;
          if (!callee) return false;
          // What comes once is a limit only where it ends the connection.
          const counts =
            resolved.how === 'fact' && resolved.fact.timer?.once
              ? (id: string): boolean => endsIn(reach, id)
              : (id: string): boolean => reach.functions.has(id);
          return callee.kind === 'function' ? leadsTo(program, callee.id, counts, 3) : callee.kind !== 'const';
        }),
      ),
  );
}

/** Words of what looks to the time. */
const timeWords =
  /time_?out|timers?(?![a-z])|later(?![a-z])|deadline|idle|expir|stale|last_?(?:seen|active|activity|recv|read|message|data)/i;

/** Do methods of its object look to the time: by a word, a timer, a pause, a limit of something that they wait for? */
function countsTime(program: Program, { className }: FunctionIr): boolean {
  return Object.values((className === null ? null : program.class(className))?.methods ?? {}).some((id) => {
    const fn = program.function(id);
    const decl = fn ? program.unitOf(fn).decl(fn.id) : null;
    if (!fn || !decl) return false;
    const text = program.unitOf(fn).text.slice(decl.start, decl.end);
    if ([timeWords, beatTimers, beats, camelBeats].some((words) => words.test(text))) return true;
    return callsIn(program, fn).some((stmt) => {
      const resolved = program.resolve(fn, stmt, null);
      const fact = resolved.how === 'fact' ? resolved.fact : null;
      return stmt.limit !== undefined || fact?.timer !== undefined || fact?.blocks?.wait === 'sleep';
    });
  });
}

function endsIn(reach: Reach, id: string): boolean {
  return reach.uses.some(({ fn, fact }) => fn.id === id && fact.closes === true);
}

/** Does a function, or what it calls, work on the connection? */
function leadsTo(program: Program, id: string, counts: (id: string) => boolean, depth: number): boolean {
  if (counts(id)) return true;
  const fn = depth > 0 ? program.function(id) : null;
  return (
    fn !== null &&
    callsIn(program, fn).some((stmt) => {
      const resolved = program.resolve(fn, stmt, null);
      return resolved.how === 'local' && leadsTo(program, resolved.fn.id, counts, depth - 1);
    })
  );
}

/** Words of what does so again and again, in files around. */
const beatTimers =
  /(?<![a-z])(?:heartbeats?|heart_beat|(?<!so_|tcp_|-|::)keep_?alive|watchdog|pinger|ping_?(?:interval|loop|task|timer|thread|timeout|period|every)s?)(?![a-z])/i;

/** Does a file do that which names the class of the object that keeps it, or the function that makes one? */
function beatsAround(program: Program, reach: Reach, { chain }: Beginning): boolean {
  const classes = reach.keepers.flatMap(({ owner, fn }) =>
    owner !== null && program.class(owner) ? [{ fn, name: owner.slice(owner.lastIndexOf(':') + 1) }] : [],
  );
  const makers =
    classes.length === 0 ? [] : chain.flatMap(({ fn }) => (fn.className === null && fn.kind === 'function' ? [{ fn, name: fn.name }] : []));
  const units = new Set(
    [...classes, ...makers].flatMap(({ fn, name }) => program.functionsNaming(fn, name)).map((one) => program.unitOf(one)),
  );
  return [...units].some((unit) => beatTimers.test(unit.text) || camelBeats.test(unit.text));
}

/** The same as parts of names in camel case: `sendPing`, `startHeartbeat`. */
const camelBeats =
  /[a-z](?:Pings?|Pongs?|Heartbeats?|HeartBeats?|Noop|Watchdog)(?![a-z])|(?<=[a-z])(?<![sg]et)KeepAlive(?=Ms?g|Message|Timer|Task)/;

/** Is something sent, in a function that works on it, to see whether the peer is there? */
function beatsIn(program: Program, reach: Reach): boolean {
  const writing = new Set(reach.uses.filter(({ fact }) => fact.blocks?.wait === 'write').map(({ fn }) => fn));
  const near = [...reach.functions.values()].filter(
    (fn) =>
      writing.has(fn) ||
      callsIn(program, fn).some((stmt) => {
        const resolved = program.resolve(fn, stmt, null);
        return resolved.how === 'local' && writing.has(resolved.fn);
      }),
  );
  for (const fn of near) {
    const unit = program.unitOf(fn);
    const decl = unit.decl(fn.id);
    if (decl && decl.kind !== 'module' && [beats, camelBeats].some((words) => words.test(unit.text.slice(decl.start, decl.end))))
      return true;
  }
  return false;
}
