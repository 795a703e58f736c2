/** Findings as VS Code's diagnostics. */

import { Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Uri } from 'vscode';
import type { CheckedFile, CheckedFinding, Severity, Suppression } from '../app/check.js';
import { headlineOf } from '../app/headline.js';
import { toRange, withoutCodeSpans } from './convert.js';
import { say } from '../words/say.js';

export const SOURCE = 'CloseWait';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/**
 * @param uri of the document that was checked
 * @param rulePage URI of a rule's packaged page
 */
export function toDiagnostics(uri: Uri, file: CheckedFile, rulePage: (rule: string) => Uri): Diagnostic[] {
  const findings = file.findings.map((finding) => {
    const diagnostic = new Diagnostic(toRange(finding.range), headlineOf(finding, finding.consequence), SEVERITIES[finding.severity]);
    diagnostic.source = SOURCE;
    diagnostic.code = { value: finding.rule, target: rulePage(finding.rule) };
    diagnostic.relatedInformation = finding.path
      .filter((step) => !standsAt(step, finding))
      .map(
        (step) =>
          new DiagnosticRelatedInformation(
            new Location(step.file === undefined ? uri : Uri.parse(step.file), toRange(step.range)),
            withoutCodeSpans(step.message),
          ),
      );
    return diagnostic;
  });
  return [...findings, ...file.suppressions.filter(({ used }) => !used).map(unusedSuppression)];
}

/** The step that the squiggle itself marks: no line of its own, in the hover they stand before all that explains. */
function standsAt({ file, range }: CheckedFinding['path'][number], finding: CheckedFinding): boolean {
  return file === undefined && range.startLine === finding.range.startLine && range.startColumn === finding.range.startColumn;
}

/** A suppression that hides nothing: faded, not underlined. */
function unusedSuppression({ rule, range }: Suppression): Diagnostic {
  const diagnostic = new Diagnostic(toRange(range), say`This comment hides nothing: there is no ${rule} here.`, DiagnosticSeverity.Hint);
  diagnostic.source = SOURCE;
  diagnostic.code = 'unused-suppression';
  diagnostic.tags = [DiagnosticTag.Unnecessary];
  return diagnostic;
}
