/** `--baseline FILE`: findings that are known already are not printed again. */

import fs from 'node:fs';
import path from 'node:path';
import type { Result } from './check-report.js';
import type { FingerprintOf } from './fingerprints.js';
import { refuseLeadingOut, writeWhole } from './places.js';
import { bytesOf } from './source-file.js';

interface Known {
  /** From the baseline's folder, with `/`. */
  path: string;
  rule: string;
  fingerprint: string;
}

interface BaselineFile {
  version: 1;
  findings: Known[];
}

/** Findings that the baseline does not have, and how many it has. Throws when the file cannot be read or is none. */
export function newFindings(results: readonly Result[], file: string, fingerprintOf: FingerprintOf): { results: Result[]; known: number } {
  const before = new Set(read(file).map(keyOf));
  let known = 0;
  const kept = results.map(({ input, file: checked }) => {
    const findings = checked.findings.filter(
      (finding) => !before.has(keyOf({ path: placeOf(file, input), rule: finding.rule, fingerprint: fingerprintOf(finding) })),
    );
    known += checked.findings.length - findings.length;
    return { input, file: { ...checked, findings } };
  });
  return { results: kept, known };
}

/** Writes the present findings, and gives their number. Throws when the file cannot be written. */
export function writeBaseline(results: readonly Result[], file: string, fingerprintOf: FingerprintOf): number {
  const findings = results.flatMap(({ input, file: checked }) =>
    checked.findings.map((finding): Known => ({ path: placeOf(file, input), rule: finding.rule, fingerprint: fingerprintOf(finding) })),
  );
  refuseLeadingOut(file);
  writeWhole(
    fs.existsSync(file) ? fs.realpathSync(file) : file,
    `${JSON.stringify({ version: 1, findings } satisfies BaselineFile, null, 2)}\n`,
  );
  return findings.length;
}

function read(file: string): Known[] {
  refuseLeadingOut(file);
  const text = bytesOf(file).toString('utf8');
  let value: Partial<BaselineFile> | null;
  try {
    value = JSON.parse(text) as Partial<BaselineFile> | null;
  } catch {
    value = null;
  }
  const isKnown = (one: Partial<Known> | null): boolean =>
    typeof one?.path === 'string' && typeof one.rule === 'string' && typeof one.fingerprint === 'string';
  if (value?.version !== 1 || !Array.isArray(value.findings) || !value.findings.every(isKnown))
    throw new Error('is no baseline: write one with --write-baseline');
  return value.findings;
}

function placeOf(baseline: string, { disk, shown }: Result['input']): string {
  return disk === null
    ? shown
    : path
        .relative(path.dirname(path.resolve(baseline)), path.resolve(disk))
        .split(path.sep)
        .join('/');
}

function keyOf({ path: place, rule, fingerprint }: Known): string {
  return [place, rule, fingerprint].join('\0');
}
