/** What is opened by a package or an interface out of sight, as the closes of the function that asks for it show. */

import type { ByHandFact } from '../flow/declared-facts.js';
import type { CallFact, TypeFact } from '../flow/facts.js';

const type = 'closed by hand';
const source = "the function's own close on another way";

/**
 * @param closes methods that close such a connection, and how they can fail
 * @param outcome how the call that gives it ends, by the variables that its results get; null where it cannot be one
 */
export function closedByHand(
  closes: Pick<CallFact, 'ok' | 'fails'> & { names: readonly string[] },
  outcome: (results: Parameters<ByHandFact['fact']>[0]) => Pick<CallFact, 'ok' | 'fails'> | null,
): { type: TypeFact; call: CallFact; byHand: ByHandFact } {
  const { names, ...ends } = closes;
  return {
    type: { name: type, source, onDrop: 'never', managed: true, byHand: true },
    call: { name: names.map((name) => `${type}.${name}`), source, closes: true, step: { do: 'close' }, ...ends },
    byHand: {
      holders: ['conn', 'connection', 'sock', 'socket', 'session', 'client', 'tunnel', 'ws', 'websocket'],
      givers: ['dial', 'connect', 'open', 'accept', 'establish', 'handshake', 'init', 'initialize', 'login', 'new', 'create'],
      closes: names,
      fact: (results) => {
        const ended = outcome(results);
        return ended && { name: '', source, opens: { type, role: 'any', connected: true, datagram: true }, ...ended };
      },
    },
  };
}
