/** Comments that allow a finding: `closewait: allow RULE -- reason`, on the line of the finding or the line above. */

import type { Analysis, Finding, Suppression } from './findings.js';
import type { CommentIr } from './flow/ir.js';

const form = /^closewait:\s*allow\s+([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:\s*--(.*))?$/;

/** All suppressions of a file, in order. */
export function suppressionsOf(comments: readonly CommentIr[]): Suppression[] {
  const found: Suppression[] = [];
  for (const comment of comments) {
    const match = form.exec(comment.text.trim());
    if (match?.[1]) found.push({ rule: match[1], reason: match[2]?.trim() ?? '', range: comment.range, used: false });
  }
  return found;
}

/** Takes out what is suppressed, counts it, marks the suppressions that were used. */
export function suppress(findings: readonly Finding[], suppressions: readonly Suppression[], result: Analysis): Finding[] {
  return findings.filter((finding) => {
    const line = finding.range.startLine;
    const hit = suppressions.find((one) => one.rule === finding.rule && (one.range.endLine === line || one.range.endLine === line - 1));
    if (!hit) return true;
    hit.used = true;
    result.suppressed += 1;
    return false;
  });
}
