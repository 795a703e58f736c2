/** A diagnosis as text for a terminal or a document. */

import { plain } from '../output/plain-text.js';
import type { CandidateResult, DiagnosisResult, GroupResult } from './result.js';
import { say } from '../words/say.js';

/** "37 in CLOSE_WAIT, accepted, port 8080, python3 (pid 812), 12 more than before". */
export function groupTitle(g: GroupResult): string {
  const who = g.process
    ? `, ${[g.process.name, g.process.pid === null ? null : `pid ${g.process.pid}`].filter((t) => t !== null).join(' ')}`
    : '';
  const role = g.role === null ? '' : `, ${roleWord(g.role)}`;
  const port = g.port === null ? '' : `, ${say`port ${g.port}`}`;
  return `${say`${g.count} in ${g.state}`}${role}${port}${who}${growthText(g.counts)}`;
}

function roleWord(role: string): string {
  if (role === 'client') return say`client`;
  return role === 'accepted' ? say`accepted` : say`listener`;
}

/** How the number changed over the looks; empty for one look. */
function growthText(counts: readonly number[]): string {
  if (counts.length < 2) return '';
  const [first = 0, last = 0] = [counts[0], counts.at(-1)];
  if (last > first) return say`, growing: ${counts.join(', ')}`;
  return last < first ? say`, shrinking: ${counts.join(', ')}` : say`, as many as before`;
}

const SHOWN_LINES = 3;

function candidateLines(candidates: readonly CandidateResult[], looked: string): string[] {
  if (candidates.length === 0) return looked === '' ? [] : [`  No line fits. Looked at: ${plain(looked, Infinity)}.`];
  return candidates
    .slice(0, SHOWN_LINES)
    .flatMap((c, i) => [
      `  ${i === 0 ? '→' : ' '} ${plain(c.file, Infinity)}:${c.line}  ${plain(c.library)} in ${plain(c.function)}`,
      ...c.reasons.map((r) => `      + ${plain(r, 300)}`),
      ...c.against.map((r) => `      - ${plain(r, 300)}`),
      ...(c.scenario === null ? [] : [`      closewait simulate ${plain(c.file, Infinity)}:${c.line} ${c.scenario}`]),
    ]);
}

/** Groups without trouble and without a line are told in one line each. */
function groupLines(g: GroupResult): string[] {
  return [
    plain(groupTitle(g), 300),
    `  ${g.means}`,
    `  ${g.ends.text}`,
    ...g.remarks.map((r) => `  ${r}`),
    ...candidateLines(g.candidates, g.looked),
    '',
  ];
}

export function diagnosisText(d: DiagnosisResult): string {
  const out: string[] = [];
  for (const g of d.groups) out.push(...groupLines(g));
  for (const e of d.errors) {
    out.push(
      `${e.errno}${e.call === null ? '' : ` in ${e.call}()`}${e.count > 1 ? `, ${e.count} times` : ''}: ${plain(e.text, 300)}`,
      ...candidateLines(e.candidates, e.looked),
      '',
    );
  }
  for (const s of d.stacks) {
    out.push(
      `${plain(s.title, 200)}${s.count > 1 ? ` and ${s.count - 1} more` : ''}${s.waits === null ? '' : `: ${plain(s.waits)}`}${s.since === null ? '' : ` for ${Math.round(s.since / 60)} min`}`,
      ...(s.candidates.length === 0
        ? [`  ${say`No line of the program that opens a connection stands in it.`}`]
        : candidateLines(s.candidates, '')),
      '',
    );
  }
  for (const f of d.flows)
    out.push(`${plain(f.a)} ↔ ${plain(f.b)}, ${f.segments} segments`, ...f.story.map((s) => `  ${plain(s, 300)}`), '');
  for (const n of d.notes) out.push(`note: ${plain(n, 300)}`);
  if (d.groups.length + d.errors.length + d.stacks.length + d.flows.length === 0)
    out.push('Nothing was recognised: no table of sockets, no error of a connection, no stack.');
  return `${out.join('\n').trimEnd()}\n`;
}
