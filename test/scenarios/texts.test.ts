import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { SCENARIOS } from '../../src/scenarios/generated.js';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'src', 'scenarios');
/** A number with a unit of time, as a person would write it. */
const DURATION = /\b\d+([.,]\d+)?\s*(ms|s|sec|seconds?|min|minutes?|h|hours?)\b/i;

/** The words between quotes and backticks of a source file, without comments and without what is computed. */
function literals(source: string): string[] {
  const bare = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...bare.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)].map((m) => (m[1] ?? m[2] ?? '').replace(/\$\{[^}]*\}/g, '…'));
}

test('no text of a scenario holds a duration: they come from the run', () => {
  for (const file of fs.readdirSync(FOLDER).filter((f) => f.endsWith('.ts'))) {
    for (const text of literals(fs.readFileSync(path.join(FOLDER, file), 'utf8'))) assert.doesNotMatch(text, DURATION, `${file}: ${text}`);
  }
});

test('the search finds a duration', () => {
  assert.ok(literals("const a = 'after 15 min it fails'; // 3 s").some((t) => DURATION.test(t)));
  assert.ok(!literals('/* 15 min */ const a = `after ${time}`;').some((t) => DURATION.test(t)));
});

test('each scenario has its texts, and parameters with a default that fits', () => {
  const ids = new Set(SCENARIOS.map((s) => s.id));
  assert.equal(ids.size, SCENARIOS.length);
  for (const s of SCENARIOS) {
    assert.match(s.question, /\?$/, s.id);
    assert.ok(s.title.length > 0 && s.roles.length > 0, s.id);
    for (const p of s.parameters) {
      if (p.choices)
        assert.ok(
          p.choices.some((c) => c.value === p.default),
          `${s.id}: ${p.name}`,
        );
      else if (typeof p.default === 'number')
        assert.ok(p.default >= (p.min ?? -Infinity) && p.default <= (p.max ?? Infinity), `${s.id}: ${p.name}`);
    }
  }
});

test('the scenarios are those of the contract', () => {
  const contract =
    'orderly-close peer-process-killed peer-closes-we-do-not peer-host-loses-power-idle ' +
    'peer-host-loses-power-while-we-write network-cut-and-mended peer-reboots ' +
    'idle-flow-forgotten peer-frozen slow-reader connect-to-dead-host connect-to-closed-port accept-queue-full ' +
    'ports-exhausted-by-time-wait restart-in-time-wait close-with-unread-data child-keeps-descriptor leak-fleet ' +
    'peer-idle-limit';
  assert.deepEqual(SCENARIOS.map((s) => s.id).sort(), contract.split(' ').sort());
});
