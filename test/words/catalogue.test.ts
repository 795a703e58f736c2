/** Every language says all that English says, with the same values; and nothing is said past the catalogue. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../app/analyser.js';
import { sourceKeys } from './keys.js';

const FOLDER = path.join(ROOT, 'l10n');
const places = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([place]) => place).sort();

const keys = sourceKeys();

for (const name of readdirSync(FOLDER)) {
  const catalogue = JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')) as Record<string, string>;
  describe(name, () => {
    it('has every text', () => {
      const missing = [...keys].filter(([key]) => catalogue[key] === undefined).map(([key, place]) => `${place}: ${JSON.stringify(key)}`);
      assert.deepEqual(missing, []);
    });
    it('has no text that nobody says', () =>
      assert.deepEqual(
        Object.keys(catalogue).filter((key) => !keys.has(key)),
        [],
      ));
    it('has the same values in each text', () => {
      const different = Object.entries(catalogue).filter(
        ([key, text]) => text !== '' && places(key).some((place) => !text.includes(place)) && key !== DROPPED,
      );
      assert.deepEqual(different, []);
    });
  });
}

/** "is" and "are" need no word of their own everywhere. */
const DROPPED = 'The next connect() works although {0} of ours {1} in TIME_WAIT.';
