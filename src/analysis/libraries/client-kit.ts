/** What the facts of client libraries of Java and .NET have in common: one object that connects, is asked, and is closed by a method. */

import type { OnDrop } from '../../scenarios/profile.js';
import type { CallFact, FailFact, Slot, TypeFact } from '../flow/facts.js';

export interface ClientShape {
  type: string;
  /** Other names of the type. */
  alike?: string[];
  source: string;
  onDrop: OnDrop;
  /** Makes one that is connected. */
  makers?: (string | { name: string; at?: Slot })[];
  /** Makes one that connects with one of `connects`. */
  later?: string[];
  connects?: string[];
  /** The connect closes what it opened when it fails. */
  connectCloses?: boolean;
  closes: string[];
  /** How source closes it; default `close()`. */
  closedBy?: string;
  /** Methods that wait for the peer, and what they throw. */
  asks: string[];
  throws: string[];
  /** Methods that neither wait nor fail. */
  tells?: string[];
  /** Kept for as long as the program is of use (`TypeFact.longLived`). */
  longLived?: boolean;
  /** Methods upon which it lives on by itself: what it was given is called from then on. */
  consumes?: string[];
  /** Methods that give something which holds it, and methods of that. */
  views?: { type: string; made: string[]; asks: string[]; tells: string[]; consumes?: string[] };
}

/** The facts of one client. */
export function clientFacts(shape: ClientShape): { types: TypeFact[]; calls: CallFact[] } {
  const { type, source, onDrop, views, closedBy } = shape;
  const of = (names: readonly string[]): string[] => names.map((name) => `${type}.${name}`);
  const fails: FailFact[] = [{ throws: shape.throws }];
  const connected = { type, role: 'client' as const, connected: true };
  const calls: CallFact[] = [
    ...(shape.makers ?? []).map((maker): CallFact => ({
      name: typeof maker === 'string' ? maker : maker.name,
      source,
      fails,
      on: { arg: 9 },
      opens: connected,
      step: { do: 'connect' },
    })),
    ...(shape.later
      ? [{ name: shape.later, source, on: { arg: 9 } as const, opens: { type, role: 'client' as const, heldFrom: 'connect' as const } }]
      : []),
    ...(shape.connects
      ? [
          {
            name: of(shape.connects),
            source,
            fails: [{ throws: shape.throws, ...(shape.connectCloses ? { closesOnFailure: true } : {}) }],
            step: { do: 'connect' as const },
          },
        ]
      : []),
    { name: of(shape.closes), source, closes: true, step: { do: 'close' } },
    { name: of(shape.asks), source, fails, step: { do: 'recv' } },
    ...(shape.consumes ? [{ name: of(shape.consumes), source, takes: true }] : []),
    // What these ask is known of the connection at hand.
    {
      name: of(['isConnected', 'isOpen'].filter((name) => shape.tells?.includes(name))),
      source,
      variants: [{ when: { types: [type] }, then: { ok: ['true'] } }],
    },
    {
      name: of(['isClosed'].filter((name) => shape.tells?.includes(name))),
      source,
      variants: [{ when: { types: [type] }, then: { ok: ['false'] } }],
    },
    ...(shape.tells ? [{ name: of(shape.tells.filter((name) => !/^is(?:Connected|Open|Closed)$/.test(name))), source }] : []),
  ];
  const shared = {
    source,
    onDrop,
    managed: true,
    ...(shape.longLived ? { longLived: true } : {}),
    ...(closedBy === undefined ? {} : { closedBy }),
  };
  const types: TypeFact[] = [
    { name: type, ...shared },
    ...(shape.alike ?? []).map((name): TypeFact => ({ name, extends: type, ...shared })),
  ];
  const inside = views ? viewFacts(views, type, source, onDrop, fails) : { types: [], calls: [] };
  return { types: [...types, ...inside.types], calls: [...calls, ...inside.calls] };
}

/** What is given by the client and holds it. */
function viewFacts(
  views: NonNullable<ClientShape['views']>,
  type: string,
  source: string,
  onDrop: OnDrop,
  fails: FailFact[],
): { types: TypeFact[]; calls: CallFact[] } {
  const of = (names: readonly string[], owner = views.type): string[] => names.map((name) => `${owner}.${name}`);
  return {
    types: [{ name: views.type, source, onDrop, managed: true }],
    calls: [
      { name: of(views.made, type), source, fails, wraps: { type: views.type } },
      { name: of(views.asks), source, fails, step: { do: 'recv' } },
      { name: of([...views.tells, 'close', 'disconnect', 'Close', 'Dispose', 'DisposeAsync']), source },
      ...(views.consumes ? [{ name: of(views.consumes), source, takes: true }] : []),
    ],
  };
}
