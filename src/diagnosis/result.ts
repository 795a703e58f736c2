/** A diagnosis as plain data, as `--format json` prints it. Fields may be added, never renamed. Times are seconds, moments ISO 8601. */

import type { Range } from '../analysis/findings.js';
import { addressText } from './address.js';
import type { Candidate, Ranking } from './candidates/rank.js';
import type { DiagnosedGroup, Diagnosis } from './diagnose.js';
import type { Ending } from './explanation/ending.js';
import type { Frame, Holder, ShownTimer } from './symptom.js';

export interface CandidateResult {
  file: string;
  line: number;
  range: Range;
  function: string;
  role: string;
  library: string;
  /** Surest rule that speaks of it; null for none. */
  rule: string | null;
  /** The failure that leads to what was seen, for `closewait simulate FILE:LINE SCENARIO`. */
  scenario: string | null;
  score: number;
  reasons: string[];
  against: string[];
}

interface EndResult {
  kind: Ending['kind'];
  errno: string | null;
  earliest: number | null;
  latest: number | null;
  /** The same on the clock; null where the time of the look is not known. */
  from: string | null;
  until: string | null;
}

interface SocketResult {
  local: string;
  remote: string;
  recvQ: number | null;
  sendQ: number | null;
  timer: ShownTimer | null;
  holders: Holder[];
  ends: EndResult;
}

export interface GroupResult {
  state: string;
  role: string | null;
  port: number | null;
  process: Holder | null;
  count: number;
  /** How many there were in each look; one number where there was one look. */
  counts: number[];
  means: string;
  ends: EndResult & { text: string };
  remarks: string[];
  sockets: SocketResult[];
  candidates: CandidateResult[];
  /** What was looked at. */
  looked: string;
}

export interface DiagnosisResult {
  version: 1;
  at: string | null;
  groups: GroupResult[];
  errors: {
    errno: string;
    call: string | null;
    text: string;
    line: number;
    count: number;
    frames: Frame[];
    candidates: CandidateResult[];
    looked: string;
  }[];
  stacks: {
    title: string;
    waits: string | null;
    since: number | null;
    count: number;
    line: number;
    frames: Frame[];
    candidates: CandidateResult[];
  }[];
  flows: {
    a: string;
    b: string;
    from: string | null;
    until: string | null;
    segments: number;
    story: string[];
    ends: { a: string | null; b: string | null };
  }[];
  notes: string[];
}

/** Sockets of a group that are listed one by one. */
const MOST_SOCKETS = 200;
const MOST_FLOWS = 500;

const moment = (at: number | null): string | null =>
  at === null || !Number.isFinite(at) || Math.abs(at) > 8e12 ? null : new Date(at * 1000).toISOString();
const rounded = (n: number | null): number | null => (n === null ? null : Math.round(n * 1000) / 1000);

function candidateResult({ opening, score, evidence, scenario }: Candidate): CandidateResult {
  const { connection, file, findings } = opening;
  return {
    file: file.path,
    line: connection.range.startLine,
    range: connection.range,
    function: connection.function,
    role: connection.role,
    library: connection.library,
    rule: findings[0]?.rule ?? null,
    scenario,
    score,
    reasons: [...evidence]
      .filter((e) => e.weight > 0)
      .sort((a, b) => b.weight - a.weight)
      .map((e) => e.text),
    against: evidence.filter((e) => e.weight < 0).map((e) => e.text),
  };
}

const candidatesOf = (ranking: Ranking): CandidateResult[] => ranking.candidates.map(candidateResult);

function endResult(e: Ending, at: number | null): EndResult {
  const on = (seconds: number | null): string | null => (at === null || seconds === null ? null : moment(at + seconds));
  return {
    kind: e.kind,
    errno: e.errno,
    earliest: rounded(e.earliest),
    latest: rounded(e.latest),
    from: on(e.earliest),
    until: on(e.latest),
  };
}

function groupResult(g: DiagnosedGroup, at: number | null): GroupResult {
  const { group } = g;
  return {
    state: group.state,
    role: group.role,
    port: group.port,
    process: group.holder,
    count: group.sockets.length,
    counts: group.counts,
    means: g.means,
    ends: { ...endResult(g.ends, at), text: g.endText },
    remarks: g.remarks,
    sockets: group.sockets
      .slice(0, MOST_SOCKETS)
      .map((s, i) => ({
        local: addressText(s.local),
        remote: addressText(s.remote),
        recvQ: s.recvQ,
        sendQ: s.sendQ,
        timer: s.timer ?? null,
        holders: s.holders,
        ends: endResult(g.each[i] ?? g.ends, at),
      })),
    candidates: candidatesOf(g.ranking),
    looked: g.ranking.looked,
  };
}

export function resultOf(d: Diagnosis): DiagnosisResult {
  return {
    version: 1,
    at: moment(d.at),
    groups: d.groups.map((g) => groupResult(g, d.at)),
    errors: d.errors.map(({ sign: { errno, call, text, line, count, frames }, ranking }) => ({
      errno,
      call,
      text,
      line,
      count,
      frames,
      candidates: candidatesOf(ranking),
      looked: ranking.looked,
    })),
    stacks: d.stacks.map(({ sign: { title, waits, since, count, line, frames }, ranking }) => ({
      title,
      waits,
      since,
      count,
      line,
      frames,
      candidates: candidatesOf(ranking),
    })),
    flows: d.flows
      .slice(0, MOST_FLOWS)
      .map((f) => ({
        a: addressText(f.a),
        b: addressText(f.b),
        from: moment(f.from),
        until: moment(f.until),
        segments: f.segments,
        story: f.story,
        ends: f.ends,
      })),
    notes: d.notes,
  };
}
