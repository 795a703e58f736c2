/** What the facts of Go's libraries have in common: results with an error at the end, clients that are closed by one method. */

import type { OnDrop } from '../../scenarios/profile.js';
import type { CallFact, FailFact, OpenFact, OptionName, OptionValue, TypeFact } from '../flow/facts.js';

/**
 * Package net's defaults, which are those of what dials through it: net/tcpsock.go defaultTCPKeepAliveIdle, -Interval; net/dial.go
 * Dialer.KeepAlive, net.ListenConfig.KeepAlive; newTCPConn sets NoDelay. The count is the kernel's (measured with Go 1.19); since
 * Go 1.23 it is 9, as the kernel's own.
 */
export const netDefaults: Partial<Record<OptionName, OptionValue>> = {
  SO_KEEPALIVE: 1,
  TCP_KEEPIDLE: 15,
  TCP_KEEPINTVL: 15,
  TCP_NODELAY: 1,
};

/** `x, err := f()`, with `extra` results in between: nil and an error when it fails. */
export function valueOrError(extra = 0): { ok: string[]; fails: FailFact[] } {
  const between = Array.from({ length: extra }, () => '?');
  return { ok: ['nonnull', ...between, 'null'], fails: [{ results: ['null', ...between, 'nonnull'] }] };
}

/** `err := f()`. */
export const onlyError = { ok: ['null'], fails: [{ results: ['nonnull'] }] };

/** It gives a connection that is up, and an error at the end of its results. */
export function opening(type: string, extra = 0, role: OpenFact['role'] = 'client'): Pick<CallFact, 'opens' | 'ok' | 'fails' | 'step'> {
  return {
    opens: { type, role, connected: true },
    ...valueOrError(extra),
    ...(role === 'client' ? { step: { do: 'connect' as const } } : {}),
  };
}

export interface ClientShape {
  type: string;
  source: string;
  /** Methods that close it. */
  closes: string[];
  /** Methods whose only result is an error. */
  errors?: string[];
  /** Methods with a value and an error. */
  values?: string[];
  /** Methods that only look, or set something. */
  plain?: string[];
  /** Methods whose result keeps hold of it: method → type of the result. */
  views?: Record<string, string>;
  onDrop?: OnDrop;
  /** How source closes it, where that is not `Close()`. */
  closedBy?: string;
}

/** Types and methods of a client that its library keeps alive: nothing is said about its keepalive and limits. */
export function client(shape: ClientShape): { types: TypeFact[]; calls: CallFact[] } {
  const { type, source } = shape;
  const named = (methods: readonly string[]): string[] => methods.map((method) => `${type}.${method}`);
  const calls: CallFact[] = [{ name: named(shape.closes), source, closes: true, step: { do: 'close' } }];
  if (shape.errors) calls.push({ name: named(shape.errors), source, ...onlyError });
  if (shape.values) calls.push({ name: named(shape.values), source, ...valueOrError() });
  if (shape.plain) calls.push({ name: named(shape.plain), source });
  for (const [method, view] of Object.entries(shape.views ?? {})) calls.push({ name: `${type}.${method}`, source, wraps: { type: view } });
  const closedBy = shape.closedBy ?? (shape.closes.includes('Close') ? undefined : `${shape.closes[0] ?? 'Close'}()`);
  return {
    types: [
      {
        name: type,
        source,
        onDrop: shape.onDrop ?? 'never',
        managed: true,
        defaults: netDefaults,
        ...(closedBy === undefined ? {} : { closedBy }),
      },
    ],
    calls,
  };
}

/** The same facts for each path that a module has had. */
export function perPath(
  paths: readonly string[],
  facts: (path: string) => { types: TypeFact[]; calls: CallFact[] },
): { types: TypeFact[]; calls: CallFact[] } {
  const all = paths.map(facts);
  return { types: all.flatMap((one) => one.types), calls: all.flatMap((one) => one.calls) };
}
