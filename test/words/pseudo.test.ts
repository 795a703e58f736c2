/** Spoken in a language of accents, nothing that people read is left in English. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fixesOf } from '../../src/app/check.js';
import { headlineOf } from '../../src/app/headline.js';
import { explainAt } from '../../src/app/hover.js';
import { languageOfFile } from '../../src/app/languages.js';
import { DEFAULT_MACHINE } from '../../src/app/machine.js';
import { onPathOf } from '../../src/app/failing-path.js';
import { RULE_TEXTS } from '../../src/app/rules.js';
import { tell, tellable } from '../../src/app/story.js';
import { trialOf } from '../../src/app/trial.js';
import type { ConnectionProfile } from '../../src/scenarios/profile.js';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { speak, translated } from '../../src/words/say.js';
import { analyser, checkText, ROOT } from '../app/analyser.js';

const SAMPLES = ['collector.py', 'status.go', 'status.c', 'status.cpp', 'Status.cs', 'Status.java', 'status.rs', 'status.ts'];
/** What stands in code, links and places is the same in each language. */
const KEPT = /`[^`]*`|\{\d+\}|\]\([^)]*\)|\\u[0-9a-f]{4}/g;

/** The sentence with every letter of its words accented. */
function accented(text: string): string {
  const kept = text.match(KEPT) ?? [];
  return text
    .split(KEPT)
    .map((part, index) => part.replace(/[A-Za-z]/g, (letter) => `${letter}\u0301`) + (kept[index] ?? ''))
    .join('');
}

/** Two words of English in a row: names of calls, options, states and errors stand alone. */
const ENGLISH = /(?<![\p{L}\u0301.\w/-])[a-z]{2,} [a-z]{2,}(?![\p{L}\u0301.\w(-])/u;

/** The last cell of a row is the runtime's own error. */
const RUNTIMES = /\|[^|]*\|\s*$/;

function assertSpoken(text: string, where: string): void {
  const found = ENGLISH.exec(text.replace(RUNTIMES, '').replace(/`[^`]*`|'[^']*'/g, ''));
  assert.equal(found, null, `${where}: ${found?.[0]} in ${text}`);
}

/** Without what the runtime says by itself, in whatever language people speak. */
function withoutRuntimes(text: string, { words }: ConnectionProfile): string {
  const own = words ? [...Object.values(words.errors), ...Object.values(words.connecting), ...Object.values(words.limits)] : [];
  return [...own, ...Object.values(words?.end ?? {}).map((told) => told.text)].reduce((rest, each) => rest.replaceAll(each, ''), text);
}

describe('in another language', () => {
  before(() => speak(accented));
  after(() => speak(undefined));

  for (const sample of SAMPLES) {
    it(sample, () => {
      const text = readFileSync(path.join(ROOT, 'samples', sample), 'utf8');
      const language = languageOfFile(sample) ?? '';
      const file = checkText(text, language);
      const trial = trialOf(analyser, text, language, {});
      const analysis = analyser.analyse(text, language);
      assert.ok(file.findings.length > 0);
      for (const finding of file.findings) {
        const where = `${finding.rule} on line ${finding.range.startLine}`;
        assertSpoken(headlineOf(finding, finding.consequence), `headline of ${where}`);
        assertSpoken(finding.message, `message of ${where}`);
        assertSpoken(finding.consequence?.text ?? '', `consequence of ${where}`);
        for (const step of finding.path) assertSpoken(step.message, `path of ${where}`);
        const hover = explainAt(file, finding.range.startLine, finding.range.startColumn, DEFAULT_MACHINE);
        for (const line of hover?.markdown.split('\n') ?? []) assertSpoken(line, `hover of ${where}`);
        assertSpoken(hover?.picture?.alt ?? '', `picture of ${where}`);
      }
      for (const finding of analysis.findings) for (const fix of fixesOf(trial, finding)) assertSpoken(fix.title, `fix of ${finding.rule}`);
    });
  }

  it('what every scenario says of a client and of an accepted connection', () => {
    const connections = ['collector.py', 'status.go', 'status.ts', 'status.c'].flatMap((sample) => {
      const file = checkText(readFileSync(path.join(ROOT, 'samples', sample), 'utf8'), languageOfFile(sample) ?? '');
      return file.connections.map((connection, index) => {
        const finding = file.findings.find((each) => each.connection === index);
        return finding ? onPathOf(finding, connection) : connection;
      });
    });
    for (const { id } of SCENARIOS)
      for (const connection of connections.filter((each) => tellable(id, each))) {
        const { answer } = tell(connection, id, {}, DEFAULT_MACHINE);
        for (const part of [answer.sees, answer.decides, answer.change, answer.brief, answer.lasts ?? '', answer.leak?.lasts ?? ''])
          assertSpoken(withoutRuntimes(part, connection), `${id} of ${connection.library}`);
      }
  });

  it('rules and scenarios', () => {
    for (const { id, title, what, why, remedy } of RULE_TEXTS)
      for (const text of [title, what, why, remedy]) assertSpoken(translated(text), id);
    for (const { id, title, question, parameters } of SCENARIOS)
      for (const text of [title, question, ...parameters.flatMap((each) => [each.title, ...(each.choices ?? []).map((one) => one.title)])])
        assertSpoken(translated(text), id);
  });
});
