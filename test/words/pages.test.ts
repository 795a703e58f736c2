import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { RULES } from '../../src/analysis/rules/generated.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const languages = readdirSync(path.join(ROOT, 'l10n')).map((name) => name.replace(/^bundle\.l10n\.|\.json$/g, ''));

/** The page without code, links' targets and what is the same in every language: names of commands, options, states. */
function prose(page: string): string {
  return page
    .replace(/<!--.*?-->/gs, '')
    .replace(/^```[^]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/^## .*$/gm, '')
    .replace(/VS Code|CloseWait/g, '');
}

for (const language of languages) {
  describe(`the rules' pages in ${language}`, () => {
    it('has the index', () => assert.ok(existsSync(path.join(ROOT, 'docs/rules', language, 'README.md'))));
    for (const { id } of RULES)
      it(id, () => {
        const english = readFileSync(path.join(ROOT, 'docs/rules', `${id}.md`), 'utf8');
        const page = readFileSync(path.join(ROOT, 'docs/rules', language, `${id}.md`), 'utf8');
        assert.deepEqual(prose(page).match(/[a-z]+ [a-z]+ [a-z]+/gi) ?? [], [], 'English words in a row');
        const shape = (text: string): string[] => text.match(/^(?:#+|```\w*|\*\*)|\(vscode:[^)]*\)/gm) ?? [];
        assert.deepEqual(shape(page), shape(english), 'the same headings, examples and links');
      });
  });
}
