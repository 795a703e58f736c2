/** The Python of packetdrill scripts, as far as it asserts something of TCP_INFO. */

import { STATE_NAMES } from '../constants.js';
import type { Sock } from '../sock.js';
import { ScriptError } from './script.js';

const FIELDS: Readonly<Record<string, (sk: Sock) => number>> = {
  tcpi_state: (sk) => sk.state,
  tcpi_ca_state: (sk) => sk.caState,
  tcpi_retransmits: (sk) => sk.retransmits,
  tcpi_probes: (sk) => sk.probesOut,
  tcpi_backoff: (sk) => sk.backoff,
  tcpi_rto: (sk) => sk.rto * sk.host.clock.tick,
  tcpi_snd_mss: (sk) => sk.mss,
  tcpi_unacked: (sk) => sk.packetsOut,
  tcpi_sacked: (sk) => sk.sackedOut,
  tcpi_lost: (sk) => sk.lostOut,
  tcpi_retrans: (sk) => sk.retransOut,
  tcpi_rtt: (sk) => sk.srttUs / 8,
  tcpi_rttvar: (sk) => sk.mdevUs / 4,
  tcpi_snd_ssthresh: (sk) => sk.sndSsthresh,
  tcpi_snd_cwnd: (sk) => sk.sndCwnd,
  tcpi_reordering: (sk) => sk.reordering,
  tcpi_total_retrans: (sk) => sk.totalRetrans,
  tcpi_delivered: (sk) => sk.delivered,
  tcpi_notsent_bytes: (sk) => Math.max(0, sk.writeSeq - sk.sndNxt),
};

const CONSTANTS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(STATE_NAMES.map((name, n) => [`TCP_${name === 'GONE' ? 'CLOSE' : name.replace(/WAIT_(\d)/, 'WAIT$1')}`, n])),
  TCP_CA_Open: 0,
  TCP_CA_Disorder: 1,
  TCP_CA_CWR: 2,
  TCP_CA_Recovery: 3,
  TCP_CA_Loss: 4,
  TCP_INFINITE_SSTHRESH: 0x7fffffff,
};

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
};

/** @returns the first assertion that does not hold, with what holds instead; null: all hold. @throws ScriptError for other Python */
export function failedAssertion(line: number, code: string, sk: Sock): string | null {
  const values: Record<string, number> = {};
  for (const text of code.replace(/\\\n/g, ' ').split(/[\n;]/)) {
    const statement = text.replace(/#.*/, '').trim();
    if (statement === '' || /^print\b|^import\b/.test(statement)) continue;
    const set = /^(\w+)\s*=\s*([^=\s].*)$/.exec(statement);
    if (set !== null) {
      values[set[1] as string] = valueOf(line, set[2] as string, sk, values);
      continue;
    }
    const asserted = /^assert\s([^,'"]+)(?:,.*)?$/.exec(statement);
    if (asserted === null) throw new ScriptError(line, 'Python', statement);
    const parts = (asserted[1] as string).split(/(==|!=|<=|>=|<|>)/).map((part) => part.trim());
    if (parts.length < 3) throw new ScriptError(line, 'Python', statement);
    for (let i = 0; i + 2 < parts.length; i += 2) {
      const [left, sign, right] = parts.slice(i, i + 3) as [string, string, string];
      const [a, b] = [valueOf(line, left, sk, values), valueOf(line, right, sk, values)];
      if (!(COMPARE[sign] as (a: number, b: number) => boolean)(a, b)) return `${left} is ${a}, not ${sign} ${b}`;
    }
  }
  return null;
}

function valueOf(line: number, text: string, sk: Sock, values: Record<string, number>): number {
  const name = text.trim();
  const number = Number(name);
  if (name !== '' && Number.isFinite(number)) return number;
  const known = values[name] ?? CONSTANTS[name] ?? FIELDS[name]?.(sk);
  if (known === undefined)
    throw new ScriptError(line, name.startsWith('tcpi_') || /TCPI_/.test(name) ? 'fields of TCP_INFO' : 'Python', name);
  return known;
}
