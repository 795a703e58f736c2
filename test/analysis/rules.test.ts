/** Each rule's own examples: the bad one has its finding, the good one has no warning. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Severity } from '../../src/analysis/findings.js';
import { RULES } from '../../src/analysis/rules/generated.js';
import { analyser } from './support/analyser.js';

for (const rule of RULES) {
  describe(rule.id, () => {
    const severities: Record<string, Severity> = rule.off ? { [rule.id]: rule.severity } : {};
    for (const { language, bad, good } of rule.examples) {
      it(`${language}: bad example is found`, async () => {
        const { findings } = (await analyser()).analyse(bad, language, { severities });
        assert.ok(
          findings.some((finding) => finding.rule === rule.id),
          `found only: ${findings.map((finding) => finding.rule).join(', ')}`,
        );
      });
      it(`${language}: good example has no warning`, async () => {
        const { findings } = (await analyser()).analyse(good, language, { severities });
        assert.deepEqual(
          findings
            .filter((finding) => finding.certainty !== 'possible' && (finding.severity === 'warning' || finding.rule === rule.id))
            .map((finding) => `${finding.rule}: ${finding.message}`),
          [],
        );
      });
      it(`${language}: a suppression hides it and counts`, async () => {
        const found = (await analyser()).analyse(bad, language, { severities }).findings.filter((finding) => finding.rule === rule.id);
        const comment = language === 'python' ? '#' : '//';
        const lines = bad.split('\n');
        for (const line of new Set(found.map((finding) => finding.range.startLine)))
          lines[line - 1] += `  ${comment} closewait: allow ${rule.id} -- shown in a test`;
        const after = (await analyser()).analyse(lines.join('\n'), language, { severities });
        assert.deepEqual(
          after.findings.filter((finding) => finding.rule === rule.id),
          [],
        );
        assert.equal(after.suppressed, found.length);
        assert.ok(after.suppressions.every((one) => one.used && one.reason === 'shown in a test'));
      });
    }
    it('holds no duration in its texts', () => {
      for (const text of [rule.what, rule.why, rule.remedy, rule.title])
        assert.doesNotMatch(text, /\d+\s*(s|ms|min|h|seconds?|minutes?|hours?)\b/);
    });
  });
}
