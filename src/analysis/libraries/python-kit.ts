/** What the facts of Python's client libraries have in common: one object that connects, is asked, and is closed by a method. */

import type { OnDrop } from '../../scenarios/profile.js';
import type { CallFact, FailFact, OptionName, Slot, TypeFact } from '../flow/facts.js';

export interface ClientShape {
  type: string;
  source: string;
  onDrop: OnDrop;
  /** What makes one and connects. */
  makers: Maker[];
  /** Methods that end it for good. */
  closes: string[];
  /** Methods that wait for the peer, and what they raise. */
  asks: string[];
  raises: string[];
  /** Methods that neither wait nor fail. */
  tells?: string[];
  /**
   * Methods that give something which holds it: after an answer of the peer (a
   * channel), or without (a cursor); and methods of that which wait for the peer.
   */
  views?: { asked?: string[]; made?: string[]; asks: string[] };
}

interface Maker {
  name: string | string[];
  source: string;
  /** Its `timeout`, which limits every answer; null: the library has limits of its own. */
  limit: Slot | null;
  /** The limit is the socket's: it ends sending, too. */
  limitsSending?: boolean;
  /** It connects only where this is given, else with the method `connect`. */
  connectsIf?: Slot;
  /** It connects with the method `connect` alone. */
  later?: boolean;
  awaited?: boolean;
}

const refused: FailFact[] = [{ throws: ['OSError'] }];

/** The facts of one client. */
export function clientFacts(shape: ClientShape): { types: TypeFact[]; calls: CallFact[] } {
  const { type, source, onDrop, views } = shape;
  const of = (names: string[]): string[] => names.map((name) => `${type}.${name}`);
  const fails: FailFact[] = [{ throws: shape.raises }];
  const calls: CallFact[] = [
    ...shape.makers.map((maker) => making(type, maker)),
    { name: of(shape.closes), source, closes: true, step: { do: 'close' } },
    { name: of(shape.asks), source, fails, step: { do: 'recv' } },
    { name: of(['__enter__', '__aenter__']), source, passes: 'receiver' },
    ...(shape.tells ? [{ name: of(shape.tells), source }] : []),
  ];
  const exits = ['__exit__', '__aexit__'].filter((exit) => !shape.closes.includes(exit));
  if (exits.length > 0) calls.push({ name: of(exits), source });
  const types: TypeFact[] = [{ name: type, source, onDrop, managed: true }];
  if (views) {
    const view = `${type}.view`;
    types.push({ name: view, source, onDrop, managed: true });
    calls.push(
      ...(views.asked ? [{ name: of(views.asked), source, fails, wraps: { type: view } }] : []),
      ...(views.made ? [{ name: of(views.made), source, wraps: { type: view } }] : []),
      { name: views.asks.map((name) => `${view}.${name}`), source, fails, step: { do: 'recv' } },
      { name: [`${view}.close`, `${view}.__exit__`, `${view}.__aexit__`], source },
      { name: [`${view}.__enter__`, `${view}.__aenter__`], source, passes: 'receiver' },
    );
  }
  return { types, calls };
}

function making(type: string, { name, source, limit, limitsSending, connectsIf, later, awaited }: Maker): CallFact {
  const limited: OptionName[] = ['readTimeout', ...(limitsSending ? (['writeTimeout'] as const) : [])];
  const limits: Partial<CallFact> =
    limit === null
      ? {}
      : { blocks: { wait: 'other', limit, limitedBy: ['readTimeout'] }, sets: limited.map((option) => ({ option, from: limit })) };
  const unconnected: Partial<CallFact> = {
    opens: { type, role: 'client', heldFrom: 'connect' },
    ...(limits.sets ? { sets: limits.sets } : {}),
  };
  if (later) return { name, source, ...unconnected };
  return {
    name,
    source,
    fails: refused,
    step: { do: 'connect' },
    ...limits,
    opens: {
      type,
      role: 'client',
      connected: true,
      ...(awaited ? { ifAwaited: true } : {}),
      ...(connectsIf ? { heldFrom: 'connect' as const } : {}),
    },
    ...(connectsIf
      ? { variants: [{ when: { lacks: connectsIf }, then: { ...unconnected, fails: [], blocks: undefined, step: undefined } }] }
      : {}),
  };
}

/** A DB-API's exceptions under several names of one module (`pymysql`, `pymysql.err`): the first is what is raised. */
export function dbApiErrors(modules: readonly string[], root: string[] = ['Exception']): Record<string, string[]> {
  const parents: Record<string, string[]> = {
    Error: [],
    InterfaceError: ['Error'],
    DatabaseError: ['Error'],
    DataError: ['DatabaseError'],
    OperationalError: ['DatabaseError'],
    IntegrityError: ['DatabaseError'],
    InternalError: ['DatabaseError'],
    ProgrammingError: ['DatabaseError'],
    NotSupportedError: ['DatabaseError'],
  };
  return Object.fromEntries(
    modules.flatMap((module, at) =>
      Object.entries(parents).map(([name, above]): [string, string[]] => {
        const aliases = at === 0 ? modules.slice(1).map((other) => `${other}.${name}`) : [];
        return [`${module}.${name}`, [...(above.length === 0 ? root : above.map((one) => `${module}.${one}`)), ...aliases]];
      }),
    ),
  );
}
