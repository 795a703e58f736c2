/** What is found in a small project. */

import { analyseProject } from '../../../src/analysis/project/rounds.js';
import { sourcesOf } from '../../../src/analysis/project/sources.js';
import { analyser } from './analyser.js';

/** `path:line rule certainty` of each finding, and each problem. */
export async function findings(files: Record<string, string>): Promise<string[]> {
  const project = (await analyser()).openProject(sourcesOf(files));
  const found = analyseProject(project).flatMap(([path, { findings: all, problems }]) => [
    ...problems.map((problem) => `${path}: ${problem.kind} ${problem.message}`),
    ...all.map((one) => `${path}:${one.range.startLine} ${one.rule} ${one.certainty}`),
  ]);
  project.dispose();
  return found;
}
