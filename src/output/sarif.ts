/** Findings as SARIF 2.1.0 (OASIS standard), for code scanning services. */

import type { CheckedFile } from '../app/check.js';
import type { PathStep, Range, Severity } from '../analysis/findings.js';

export interface SarifRule {
  id: string;
  title: string;
  help: string;
  severity: Severity | 'off';
}

export interface SarifInput {
  path: string;
  file: CheckedFile;
}

/** SARIF knows three levels (section 3.27.10). */
const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', information: 'note', hint: 'note' };

/** @returns the log as plain data, ready for JSON.stringify */
export function sarifLog(inputs: readonly SarifInput[], rules: readonly SarifRule[], version: string): unknown {
  const index = new Map(rules.map((rule, i) => [rule.id, i]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'CloseWait',
          version,
          rules: rules.map((rule) => ({
            id: rule.id,
            shortDescription: { text: rule.title },
            help: { text: rule.help, markdown: rule.help },
            defaultConfiguration: rule.severity === 'off' ? { enabled: false } : { level: LEVEL[rule.severity] },
          })),
        },
      },
      columnKind: 'utf16CodeUnits',
      results: inputs.flatMap(({ path, file }) => file.findings.map((finding) => ({
        ruleId: finding.rule,
        ruleIndex: index.get(finding.rule) ?? -1,
        level: LEVEL[finding.severity],
        message: { text: finding.consequence ? `${finding.message} ${finding.consequence.text}` : finding.message },
        locations: [location(path, finding.range)],
        relatedLocations: related(path, finding.path),
        codeFlows: finding.path.length === 0 ? undefined : [{ threadFlows: [{ locations: finding.path.map((step) => ({ location: stepLocation(path, step) })) }] }],
        fixes: finding.fixes.length === 0 ? undefined : finding.fixes.map((fix) => ({
          description: { text: fix.title },
          artifactChanges: [{
            artifactLocation: { uri: uri(path) },
            replacements: fix.edits.map((edit) => ({ deletedRegion: region(edit.range), insertedContent: { text: edit.newText } })),
          }],
        })),
        properties: { certainty: finding.certainty, function: finding.function, consequence: finding.consequence ?? undefined },
      }))),
    }],
  };
}

function location(path: string, range: Range): { physicalLocation: unknown } {
  return { physicalLocation: { artifactLocation: { uri: uri(path) }, region: region(range) } };
}

function stepLocation(path: string, step: PathStep): unknown {
  return { ...location(step.file ?? path, step.range), message: { text: step.message } };
}

/** Steps in other files: viewers that show no code flows lead there all the same. */
function related(path: string, steps: readonly PathStep[]): unknown[] | undefined {
  const elsewhere = steps.filter((step) => step.file !== undefined && step.file !== path);
  return elsewhere.length === 0 ? undefined : elsewhere.map((step, id) => ({ id, ...(stepLocation(path, step) as object) }));
}

function region(range: Range): unknown {
  return { startLine: range.startLine, startColumn: range.startColumn, endLine: range.endLine, endColumn: range.endColumn };
}

/** A relative path as a URI reference: each part encoded, separators kept. */
function uri(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded.replace(/^\.\//, '');
}
