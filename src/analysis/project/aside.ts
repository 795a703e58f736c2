/** Tests, examples and benchmarks beside a program: what they leave open ends with them. */

import type { Analysis, Finding, Severity } from '../findings.js';
import type { Project } from './project.js';

const weaker: Record<Severity, Severity> = { error: 'warning', warning: 'information', information: 'hint', hint: 'hint' };

/** The analysis of a file as a program's reader wants it: in a file that stands beside the program nothing is more than possible. */
export function asSeenFrom(project: Project, path: string, analysis: Analysis): Analysis {
  if (analysis.findings.length === 0 || !isAside(project, path)) return analysis;
  return { ...analysis, findings: analysis.findings.map(possible) };
}

function possible(finding: Finding): Finding {
  return finding.certainty === 'possible' ? finding : { ...finding, certainty: 'possible', severity: weaker[finding.severity] };
}

/** Does a folder around the file say so, and is there a program next to that folder? */
export function isAside(project: Project, path: string): boolean {
  const language = project.languageOf(path);
  const pattern = language?.aside;
  if (!pattern) return false;
  const folders = path.split('/').slice(0, -1);
  const isProgram = (other: string): boolean =>
    project.languageOf(other) === language &&
    !other
      .split('/')
      .slice(0, -1)
      .some((folder) => pattern.test(folder));
  return folders.some((folder, depth) => {
    if (!pattern.test(folder)) return false;
    const around = folders
      .slice(0, depth)
      .map((one) => `${one}/`)
      .join('');
    return project.sources.paths.some((other) => other.startsWith(around) && isProgram(other));
  });
}
