/** Panel and light bulb: what the page previews is what its checked fix then does to the code, with the same numbers, in every fixture. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { type CureFix, curesByFix } from '../../src/app/cures.js';
import { applyEdits } from '../../src/app/edits.js';
import { LEAKS } from '../../src/app/failing-path.js';
import { verifiedFixes } from '../../src/app/fixes.js';
import { languageOfFile } from '../../src/app/languages.js';
import { type Trial, trialOf } from '../../src/app/trial.js';
import { keepaliveNumbers } from '../../src/kernel/defaults.js';
import { asFixed, CURES } from '../../src/scenarios/cures.js';
import type { ConnectionProfile } from '../../src/scenarios/profile.js';
import { analyser, checkText, ROOT } from './analyser.js';

const FIXTURES = path.join(ROOT, 'test/fixtures');

/** What each cure is about. */
const NUMBERS: Readonly<Record<string, (p: ConnectionProfile) => unknown>> = {
  keepalive: (p) => [p.keepalive.on, keepaliveNumbers(p.keepalive)],
  'user-timeout': (p) => p.userTimeoutMs,
  deadline: (p) => [p.readTimeout, p.writeTimeout],
  'connect-deadline': (p) => p.connectTimeout,
  backlog: (p) => p.backlog,
  'no-linger': (p) => p.linger,
  'reuse-address': (p) => p.reuseAddr,
};

interface Found {
  trial: Trial;
  analysis: ReturnType<Trial['analyseAll']>;
  index: number;
}

/** The connection as the page previews it, and as the code has it once the fix is applied. */
function bothOf({ trial, analysis, index }: Found, { cure: id, fix, numbers }: CureFix): [panel: unknown, code: unknown] {
  const cure = CURES.find((one) => one.id === id) ?? assert.fail(id);
  const numbersOf = NUMBERS[id];
  const connection = analysis.connections[index] ?? assert.fail();
  const fixed = applyEdits(trial.text, fix.edits) ?? assert.fail(fix.title);
  const isAlike = (one: typeof connection): boolean => one.function === connection.function && one.library === connection.library;
  const nth = analysis.connections.filter(isAlike).indexOf(connection);
  const after = trial.analyseAll(fixed).connections.filter(isAlike)[nth];
  // A close is no number: that its finding is gone was checked before the fix was offered.
  if (numbersOf === undefined || after === undefined) return [null, null];
  return [numbersOf(asFixed(cure, numbers).apply(connection)), numbersOf(after)];
}

for (const folder of readdirSync(FIXTURES))
  describe(`cures in the ${folder} fixtures`, () => {
    for (const name of readdirSync(path.join(FIXTURES, folder))) {
      const language = languageOfFile(name);
      if (language === null) continue;
      it(name, () => {
        const text = readFileSync(path.join(FIXTURES, folder, name), 'utf8');
        checkText('', language);
        const trial = trialOf(analyser, text, language, {});
        const analysis = trial.analyseAll(text);
        for (const [index, { role }] of analysis.connections.entries()) {
          const cures = curesByFix(trial, analysis, index);
          for (const one of cures) {
            const [panel, code] = bothOf({ trial, analysis, index }, one);
            assert.deepEqual(panel, code, `${one.cure}, ${one.fix.title}`);
          }
          // A fix of a leak in the light bulb is one on the page, too.
          for (const finding of analysis.findings.filter((each) => each.connection === index && LEAKS.has(each.rule)))
            if (role !== 'listener' && verifiedFixes(trial, finding).length > 0)
              assert.ok(
                cures.some(({ cure }) => cure === 'close-on-this-path'),
                `${finding.rule} on line ${finding.range.startLine}`,
              );
        }
      });
    }
  });
