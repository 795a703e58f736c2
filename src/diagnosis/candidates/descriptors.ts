/** What uses up a process's descriptors: lines that leave them open, and those that nothing ends when the other side does nothing more. */

import type { Machine } from '../../scenarios/scenario.js';
import type { ErrorSign } from '../symptom.js';
import type { Evidence } from './evidence.js';
import { OUT_OF_DESCRIPTORS, WEIGHTS } from './evidence.js';
import { playsOf } from './played.js';
import type { Opening } from './program.js';
import { say, translated } from '../../words/say.js';

/** Findings about descriptors that stay open. */
export const LEAKS = new Set([
  'missing-close',
  'close-skipped-on-error',
  'eof-without-close',
  'unconsumed-response',
  'inherited-descriptor',
]);

/** Findings about connections that stay because nothing ends them. */
const UNLIMITED = new Set(['missing-timeout', 'missing-keepalive']);

export function descriptorEvidence(sign: ErrorSign, opening: Opening): Evidence | null {
  if (OUT_OF_DESCRIPTORS.has(sign.errno) || sign.errno === 'LEAK') {
    const leak = opening.findings.find(({ rule }) => LEAKS.has(rule));
    if (leak)
      return { kind: 'descriptors', weight: WEIGHTS.descriptors, text: say`it leaves descriptors open (${leak.rule}: ${leak.headline})` };
    const stays = sign.errno === 'LEAK' ? undefined : opening.findings.find(({ rule }) => UNLIMITED.has(rule));
    return stays
      ? {
          kind: 'descriptors',
          weight: WEIGHTS.unlimited,
          text: say`nothing limits how long it stays open (${stays.rule}: ${stays.headline})`,
        }
      : null;
  }
  if (sign.errno === 'EADDRNOTAVAIL') {
    const churn = opening.findings.find(({ rule }) => rule === 'time-wait-churn');
    return churn
      ? { kind: 'descriptors', weight: WEIGHTS.descriptors, text: say`it uses up ports (${churn.rule}: ${churn.headline})` }
      : null;
  }
  if (sign.errno !== 'EADDRINUSE' || opening.connection.role !== 'listener') return null;
  return {
    kind: 'descriptors',
    weight: opening.connection.reuseAddr ? 0 : WEIGHTS.descriptors,
    text: opening.connection.reuseAddr ? say`it listens` : say`it listens without SO_REUSEADDR`,
  };
}

/** Failures in which the other side ends, or does nothing more. */
const QUIET: ReadonlySet<string> = new Set(['peer-closes-we-do-not', 'peer-frozen', 'peer-host-loses-power-idle', 'idle-flow-forgotten']);
const OPEN_STATES: ReadonlySet<string> = new Set(['ESTABLISHED', 'CLOSE_WAIT']);

/** Some failure, simulated on this line, leaves its connection open, and no timer ends it: each one takes a descriptor for good. */
export function staysEvidence({ connection, written }: Opening, machine: Machine): Evidence | null {
  if (written || connection.role === 'listener') return null;
  for (const { id, title, spans } of playsOf(connection, machine)) {
    if (!QUIET.has(id)) continue;
    // A peer that is stopped still answers probes.
    const isNothing = (timer: string): boolean => timer === '' || (id === 'peer-frozen' && timer.startsWith('keepalive'));
    if (spans.at(-1)?.rows.some((row) => OPEN_STATES.has(row.state) && isNothing(row.timer)))
      return {
        kind: 'descriptors',
        weight: WEIGHTS.unlimited,
        text: say`simulated on this line, "${lower(translated(title))}" leaves it open, and nothing ends it`,
      };
  }
  return null;
}

const lower = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);
