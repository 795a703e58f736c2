/** Facts of libraries: each call and each type is stated once per language, so that no statement hides another. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIBRARIES } from '../../../src/analysis/libraries/generated.js';

test('no library states what another states already', () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const library of LIBRARIES) {
    for (const language of library.languages) {
      const names = [
        ...library.calls.flatMap((call) => [call.name].flat().map((name) => `call ${name}`)),
        ...library.types.map(({ name }) => `type ${name}`),
      ];
      for (const name of names) {
        const key = `${language}: ${name}`;
        if (seen.has(key)) twice.push(`${key} in ${seen.get(key) ?? ''} and ${library.id}`);
        seen.set(key, library.id);
      }
    }
  }
  assert.deepEqual(twice, []);
});
