/** The manifest's texts: none stands in package.json itself, and every language has all of them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../app/analyser.js';

const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(path.join(ROOT, name), 'utf8')) as Record<string, unknown>;

/** Where VS Code shows a text to people; `modelDescription` and the schemas of tools are for models, which read English. */
const SHOWN = new Set([
  'title',
  'name',
  'description',
  'markdownDescription',
  'enumDescriptions',
  'altText',
  'displayName',
  'userDescription',
]);
/** Names, the same in each language. */
const NAMES = new Set(['CloseWait', 'find_socket_leaks', 'simulate_connection_failure', 'explain_rule', 'diagnose_connections']);

/** Texts shown to people, each with its place. */
function shown(value: unknown, place: string, key: string): [place: string, text: string][] {
  if (typeof value === 'string') return SHOWN.has(key) ? [[place, value]] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each, index) => shown(each, `${place}/${index}`, key));
  return Object.entries(value)
    .filter(([name]) => name !== 'inputSchema')
    .flatMap(([name, each]) => shown(each, `${place}/${name}`, name));
}

const texts = shown(read('package.json').contributes, 'contributes', '');
const english = read('package.nls.json');

describe('the manifest', () => {
  it('holds keys only, where people read', () => {
    assert.ok(texts.length > 40);
    assert.deepEqual(
      texts.filter(([, text]) => !NAMES.has(text) && !(text.slice(1, -1) in english && /^%.+%$/.test(text))),
      [],
    );
  });

  it('has no text that nobody shows', () => {
    const asked = new Set(texts.map(([, text]) => text.slice(1, -1)));
    // The build puts the description's key in: npm reads the manifest too, and knows no keys.
    assert.deepEqual(
      Object.keys(english).filter((key) => !asked.has(key) && key !== 'description'),
      [],
    );
    assert.equal(read('package.json').description, english.description);
  });

  for (const name of readdirSync(ROOT).filter((file) => /^package\.nls\..+\.json$/.test(file)))
    it(`${name} says all of it, with the same links`, () => {
      const other = read(name);
      assert.deepEqual(Object.keys(other).sort(), Object.keys(english).sort());
      const links = (text: unknown): string[] => [...String(text).matchAll(/\((command:[^)]+)\)|`[^`]*`/g)].map(([link]) => link).sort();
      for (const [key, text] of Object.entries(english)) assert.deepEqual(links(other[key]), links(text), key);
    });
});
