/** What the facts of JavaScript's libraries have in common: clients that connect, are asked, and are ended by a method; listeners. */

import type { GivenFact } from '../flow/declared-facts.js';
import type { CallFact, EventMeaning, OptionName, TypeFact } from '../flow/facts.js';

/** What Node gives each listener; http's are net.Server, too. */
export const serverDefaults: NonNullable<TypeFact['defaults']> = { SO_REUSEADDR: 1, BACKLOG: 511 };

/** lib/net.js Socket: setKeepAlive, setNoDelay and setTimeout are all that it has. */
const cannotSet: readonly OptionName[] = ['TCP_USER_TIMEOUT'];

/** lib/net.js: an error destroys a socket and is followed by close; a limit of time is only told. */
export const asASocket = { unheard: 'timeout', failure: ['error', 'close'], closedBy: 'destroy()' } as const;

/** Types of sockets that Node has. */
export function nodeTypes(types: readonly TypeFact[]): TypeFact[] {
  return types.map((type) => ({ cannotSet, ...type }));
}

export interface ClientShape {
  type: string;
  source: string;
  /** Makes one that is awaited until it has connected. */
  makers?: string[];
  /** Makes one that connects by itself, now or when it is first asked. */
  direct?: string[];
  /** Calls the function that it gets last with a failure, or with one that is connected. */
  callbacks?: string[];
  /** Makes one that connects with `connect` alone. */
  later?: string[];
  /** The type of a function that ends it, where such callbacks get one as their third argument. */
  ender?: string;
  connect?: string[];
  closes: string[];
  /** Methods that wait for the server and can fail. */
  asks?: string[];
  tells?: string[];
  /** A program usually has one for as long as it lives: only who makes one for a single call need end it. */
  longLived?: boolean;
  /** Seconds after which it ends a connection that nothing uses; null: never. */
  keptIdle?: number | null;
  /** Events beyond those that all have. */
  events?: Partial<Record<string, EventMeaning>>;
  /** Sends datagrams. */
  datagram?: boolean;
  /** Events that a function can be given for by a property (`onmessage`). */
  heard?: string[];
}

const over: Partial<Record<string, EventMeaning>> = { error: 'over', end: 'over', close: 'over', message: 'reads', open: 'later' };
const on = ['on', 'once', 'addListener', 'off', 'removeListener', 'removeAllListeners', 'addEventListener', 'removeEventListener'];

/** Who gives a function last is called once it is connected, or cannot be: then the client has let go by itself. */
const connected: NonNullable<CallFact['handles']> = { event: { is: 'connected' }, callee: 'last' };

/** Who gives a function last is called with the answer. */
const answered: NonNullable<CallFact['handles']> = { event: { is: 'answer' }, callee: 'last' };

function given(param: number, type: string): GivenFact {
  return { param, type, role: 'client', owns: true, unless: 0 };
}

/** The type and the calls of one such client. */
export function client(shape: ClientShape): { type: TypeFact; calls: CallFact[] } {
  const { type, source, makers = [], callbacks = [], direct = [], later = [], connect = [] } = shape;
  const { closes, asks = [], tells = [], heard = [], datagram, ender } = shape;
  const of = (names: readonly string[]): string[] => names.map((name) => `${type}.${name}`);
  const fails = [{ throws: ['Error'], told: 'last' as const }];
  const opens = { type, role: 'client' as const, connected: true };
  const calls: CallFact[] = [
    {
      name: [...new Set([...makers, ...callbacks])],
      source,
      ...(makers.length > 0 ? { opens: { ...opens, ifAwaited: true }, fails, step: { do: 'connect' } } : {}),
      ...(callbacks.length > 0 ? { calls: { callee: 'last', gives: [given(1, type), ...(ender ? [given(2, ender)] : [])] } } : {}),
    },
    {
      name: direct,
      source,
      opens: { ...opens, quiet: true, ...(datagram ? { datagram } : {}) },
      handles: { event: { is: 'connect' }, callee: 'last' },
      ...(datagram ? {} : { step: { do: 'connect' } }),
    },
    { name: later, source, opens: { type, role: 'client', heldFrom: 'connect' } },
    {
      name: of(connect),
      source,
      fails: [{ throws: ['Error'], closesOnFailure: true, told: 'last' }],
      handles: connected,
      step: { do: 'connect' },
      passes: 'receiver',
    },
    { name: of(closes), source, closes: true, step: { do: 'close' } },
    { name: of(asks), source, fails, handles: answered, step: { do: 'send' }, then: [{ do: 'recv' }] },
    { name: of(tells), source, handles: answered },
    { name: of(on), source, handles: { event: { arg: 0 }, callee: { arg: 1 } }, passes: 'receiver' },
    ...heard.map((event): CallFact => ({ name: of([`on${event}=`]), source, handles: { event: { is: event }, callee: { arg: 0 } } })),
  ];
  return {
    type: {
      name: type,
      source,
      onDrop: 'never',
      managed: true,
      readsOn: true,
      events: { ...over, ...shape.events },
      closedBy: `${closes[0] ?? 'end'}()`,
      ...(shape.longLived ? { longLived: true } : {}),
      ...(shape.keptIdle !== undefined ? { keptIdle: shape.keptIdle } : {}),
    },
    calls: calls.filter(({ name }) => name.length > 0),
  };
}
