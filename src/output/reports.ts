/** Findings for CI systems: JUnit, checkstyle, and GitLab's code quality report. */

import type { CheckedFile, CheckedFinding } from '../app/check.js';
import type { Severity } from '../analysis/findings.js';
import { plain } from './plain-text.js';
import { element, textNode, xmlDocument } from './xml.js';

export interface ReportInput {
  path: string;
  file: CheckedFile;
}

function sentences({ message, consequence }: CheckedFinding): string {
  return plain(consequence ? `${message} ${consequence.text}` : message, Infinity);
}

/** The path of a finding, a step a line. */
function steps(path: string, finding: CheckedFinding): string {
  return finding.path
    .map(
      (step) => `${plain(step.file ?? path, Infinity)}:${step.range.startLine}:${step.range.startColumn}: ${plain(step.message, Infinity)}`,
    )
    .join('\n');
}

/** JUnit: a suite per file, a failed case per finding; a file without findings is one case that passed. */
export function junitReport(inputs: readonly ReportInput[]): string {
  const count = inputs.reduce((sum, { file }) => sum + file.findings.length, 0);
  const suites = inputs.map(({ path, file }) => {
    const cases = file.findings.map((finding) => {
      const { startLine, startColumn } = finding.range;
      const failure = element('failure', { type: finding.severity, message: sentences(finding) }, [textNode(steps(path, finding))]);
      return element(
        'testcase',
        {
          classname: plain(path, Infinity),
          name: `${finding.rule} ${startLine}:${startColumn}`,
          file: plain(path, Infinity),
          line: startLine,
          time: 0,
        },
        [failure],
      );
    });
    const passed = element('testcase', { classname: plain(path, Infinity), name: 'no findings', file: plain(path, Infinity), time: 0 });
    return element(
      'testsuite',
      { name: plain(path, Infinity), tests: Math.max(1, cases.length), failures: cases.length, errors: 0, skipped: 0, time: 0 },
      cases.length > 0 ? cases : [passed],
    );
  });
  const tests = inputs.reduce((sum, { file }) => sum + Math.max(1, file.findings.length), 0);
  return xmlDocument(element('testsuites', { name: 'closewait', tests, failures: count, errors: 0, time: 0 }, suites));
}

const CHECKSTYLE: Record<Severity, string> = { error: 'error', warning: 'warning', information: 'info', hint: 'info' };

/** Checkstyle: `source` is the rule. */
export function checkstyleReport(inputs: readonly ReportInput[]): string {
  const files = inputs
    .filter(({ file }) => file.findings.length > 0)
    .map(({ path, file }) =>
      element(
        'file',
        { name: plain(path, Infinity) },
        file.findings.map((finding) =>
          element('error', {
            line: finding.range.startLine,
            column: finding.range.startColumn,
            severity: CHECKSTYLE[finding.severity],
            message: sentences(finding),
            source: `closewait.${finding.rule}`,
          }),
        ),
      ),
    );
  return xmlDocument(element('checkstyle', { version: '4.3' }, files));
}

const GITLAB: Record<Severity, string> = { error: 'critical', warning: 'major', information: 'minor', hint: 'info' };

/**
 * GitLab's subset of the Code Climate format (docs.gitlab.com, "Code Quality", "Code Quality report format"): paths have no `./` in front.
 */
export function gitlabReport(inputs: readonly ReportInput[], fingerprintOf: (finding: CheckedFinding) => string): unknown {
  return inputs.flatMap(({ path, file }) =>
    file.findings.map((finding) => ({
      type: 'issue',
      check_name: finding.rule,
      description: sentences(finding),
      categories: ['Bug Risk'],
      severity: GITLAB[finding.severity],
      // Equal findings in two files are two, and `check .` names them as `check src` does.
      fingerprint: `${fingerprintOf(finding)}:${path.replace(/^\.\//, '')}`,
      location: { path: path.replace(/^\.\//, ''), lines: { begin: finding.range.startLine, end: finding.range.endLine } },
    })),
  );
}
