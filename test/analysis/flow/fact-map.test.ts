import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FactMap } from '../../../src/analysis/flow/fact-map.js';

/** Numbers below `most`, the same ones for the same seed. */
function generator(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

describe('fact map', () => {
  it('does what a Map does, and has equal keys for equal content only (seed 20261129)', () => {
    const pick = generator(20261129);
    const contents = new Map<string, string>();
    let map = FactMap.empty;
    const twin = new Map<string, string>();
    for (let round = 0; round < 20_000; round += 1) {
      const [name, value] = [`n${pick(9)}`, `v${pick(4)}`];
      if (pick(3) === 0) {
        map = map.without(name);
        twin.delete(name);
      } else if (pick(9) === 0) {
        map = map.filter((other) => other > name);
        for (const other of [...twin.keys()]) if (other <= name) twin.delete(other);
      } else {
        map = map.with(name, value);
        twin.set(name, value);
      }
      assert.deepEqual([...map], [...twin]);
      assert.equal(map.get(name), twin.get(name));
      const content = [...twin]
        .map((pair) => pair.join('='))
        .sort()
        .join();
      assert.equal(contents.get(map.key) ?? content, content, 'another content has this key');
      contents.set(map.key, content);
    }
    assert.equal(new Set(contents.values()).size, contents.size, 'one content, two keys');
  });

  it('is the same object where nothing changes', () => {
    const map = FactMap.of([
      ['a', '1'],
      ['b', '2'],
    ]);
    assert.equal(map.with('a', '1'), map);
    assert.equal(map.without('c'), map);
    assert.equal(
      map.filter(() => true),
      map,
    );
    assert.equal(map.without('a').without('b'), FactMap.empty);
  });
});
