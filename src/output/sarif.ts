/** Findings as SARIF 2.1.0 (OASIS standard), for code scanning services. */

import type { CheckedFile, CheckedFinding } from '../app/check.js';
import type { Fix, PathStep, Range, Severity } from '../analysis/findings.js';
import type * as Sarif from 'sarif';

export interface SarifRule {
  id: string;
  title: string;
  /** All sentences. */
  help: string;
  what: string;
  why: string;
  remedy: string;
  examples: readonly { language: string; bad: string; good: string }[];
  severity: Severity | 'off';
}

export interface SarifInput {
  path: string;
  file: CheckedFile;
}

/** SARIF knows three levels (section 3.27.10). */
const LEVEL: Record<Severity, Sarif.Result.level> = { error: 'error', warning: 'warning', information: 'note', hint: 'note' };

/** How sure, as code scanning services know it. */
const PRECISION = { certain: 'very-high', likely: 'high', possible: 'medium' } as const;

/**
 * @param fingerprintOf a name of a finding that does not change when lines move
 * @param isComplete nothing that was asked for could not be checked
 * @returns the log as plain data, ready for JSON.stringify
 */
export function sarifLog(
  inputs: readonly SarifInput[],
  rules: readonly SarifRule[],
  version: string,
  fingerprintOf: (finding: CheckedFinding) => string,
  isComplete: boolean,
): Sarif.Log {
  const index = new Map(rules.map((rule, i) => [rule.id, i]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'CloseWait', version, semanticVersion: version, rules: rules.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        artifacts: inputs.map(({ path, file }) => ({
          location: { uri: uri(path) },
          ...(file.language !== '' && { sourceLanguage: file.language }),
        })),
        invocations: [
          {
            executionSuccessful: isComplete,
            toolExecutionNotifications: inputs.flatMap(({ path, file }) => file.problems.map((problem) => notification(path, problem))),
          },
        ],
        results: inputs.flatMap(({ path, file }, artifact) =>
          file.findings.map((finding) => resultOf(path, artifact, finding, index.get(finding.rule) ?? -1, fingerprintOf(finding))),
        ),
      },
    ],
  };
}

function descriptor(rule: SarifRule): Sarif.ReportingDescriptor {
  return {
    id: rule.id,
    name: rule.id.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.help },
    help: { text: rule.help, markdown: markdown(rule) },
    defaultConfiguration: rule.severity === 'off' ? { enabled: false } : { level: LEVEL[rule.severity] },
    properties: { tags: ['reliability', 'sockets', 'tcp'] },
  };
}

function markdown({ what, why, remedy, examples }: SarifRule): string {
  const code = examples.map(
    ({ language, bad, good }) =>
      `\n\nReported:\n\n\`\`\`${language}\n${bad.trimEnd()}\n\`\`\`\n\nGood:\n\n\`\`\`${language}\n${good.trimEnd()}\n\`\`\``,
  );
  return `**What.** ${what}\n\n**Why.** ${why}\n\n**What to do.** ${remedy}${code.join('')}\n`;
}

function notification(path: string, { kind, message, line, file }: CheckedFile['problems'][number]): Sarif.Notification {
  return {
    descriptor: { id: kind },
    level: kind === 'internal' ? 'error' : 'note',
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: uri(file ?? path) }, region: { startLine: Math.max(1, line) } } }],
  };
}

function resultOf(path: string, artifact: number, finding: CheckedFinding, ruleIndex: number, fingerprint: string): Sarif.Result {
  const related = relatedOf(path, finding.path);
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVEL[finding.severity],
    message: { text: finding.consequence ? `${finding.message} ${finding.consequence.text}` : finding.message },
    locations: [
      { physicalLocation: physical(path, finding.range, artifact), logicalLocations: [{ name: finding.function, kind: 'function' }] },
    ],
    partialFingerprints: { 'closewait/v1': fingerprint },
    ...(related.length > 0 && { relatedLocations: related }),
    ...(finding.path.length > 0 && {
      codeFlows: [{ threadFlows: [{ locations: finding.path.map((step) => ({ location: stepLocation(path, step) })) }] }],
    }),
    ...(finding.fixes.length > 0 && { fixes: finding.fixes.map((fix) => fixOf(path, fix)) }),
    properties: {
      certainty: finding.certainty,
      precision: PRECISION[finding.certainty],
      function: finding.function,
      ...(finding.consequence && { consequence: finding.consequence }),
    },
  };
}

function fixOf(path: string, { title, edits }: Fix): Sarif.Fix {
  return {
    description: { text: title },
    artifactChanges: [
      {
        artifactLocation: { uri: uri(path) },
        replacements: edits.map((edit) => ({ deletedRegion: region(edit.range), insertedContent: { text: edit.newText } })),
      },
    ],
  };
}

function physical(path: string, range: Range, artifact?: number): Sarif.PhysicalLocation {
  return { artifactLocation: { uri: uri(path), ...(artifact !== undefined && { index: artifact }) }, region: region(range) };
}

function stepLocation(path: string, step: PathStep): Sarif.Location {
  return { physicalLocation: physical(step.file ?? path, step.range), message: { text: step.message } };
}

/** Steps in other files: viewers that show no code flows lead there all the same. */
function relatedOf(path: string, steps: readonly PathStep[]): Sarif.Location[] {
  return steps.filter((step) => step.file !== undefined && step.file !== path).map((step, id) => ({ id, ...stepLocation(path, step) }));
}

function region({ startLine, startColumn, endLine, endColumn }: Range): Sarif.Region {
  return { startLine, startColumn, endLine, endColumn };
}

/** A relative path as a URI reference: each part encoded, separators kept. */
function uri(path: string): string {
  const encoded = path
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded.replace(/^\.\//, '');
}
