import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Memory, Recorder } from '../../../src/analysis/flow/memory.js';

describe('memory', () => {
  it('makes a thing once, and whoever gets it depends on what it was made of', () => {
    const memory = new Memory();
    let made = 0;
    const make = (): string => {
      memory.recorder.file('b.py');
      made += 1;
      return 'answer';
    };
    const [, first] = memory.recorder.watch(() => memory.recall('graph', 'f', make));
    const [answer, second] = memory.recorder.watch(() => memory.recall('graph', 'f', make));
    assert.deepEqual([answer, made, [...first], [...second]], ['answer', 1, ['b.py'], ['b.py']]);
  });

  it('tells those around what the innermost looked into', () => {
    const recorder = new Recorder();
    const [inner, outer] = recorder.watch(() => {
      recorder.file('a.py');
      return recorder.watch(() => recorder.file('b.py'))[1];
    });
    assert.deepEqual([[...inner], [...outer]], [['b.py'], ['a.py', 'b.py']]);
  });

  it('forgets what was made of a file, and nothing else', () => {
    const memory = new Memory();
    memory.keep('graph', 'f', 1, new Set(['a.py', 'b.py']));
    memory.keep('graph', 'g', 2, new Set(['a.py']));
    memory.forget('b.py');
    assert.deepEqual([memory.get('graph', 'f'), memory.get('graph', 'g')], [undefined, 2]);
  });

  it('beside a text that is tried, keeps what that text has no part in', () => {
    const base = new Memory();
    base.keep('graph', 'f', 1, new Set(['a.py', 'b.py']));
    base.keep('graph', 'g', 2, new Set(['a.py']));
    const tried = new Memory(base.recorder, base, 'b.py');
    assert.deepEqual([tried.get('graph', 'f'), tried.get('graph', 'g')], [undefined, 2]);
    tried.keep('graph', 'f', 3, new Set());
    assert.deepEqual([tried.get('graph', 'f'), base.get('graph', 'f')], [3, 1]);
  });

  it('forgets what nobody asked for lately once much is kept, with what it was made of', () => {
    const memory = new Memory();
    memory.keep('exploration', 'used', 1, new Set(['a.py']), 400_000);
    memory.keep('exploration', 'left', 2, new Set(['a.py']), 1);
    memory.trim();
    assert.equal(memory.get('exploration', 'used'), 1);
    memory.trim();
    assert.deepEqual([memory.get('exploration', 'used'), memory.get('exploration', 'left')], [1, undefined]);
    memory.forget('a.py');
    assert.equal(memory.get('exploration', 'used'), undefined);
  });
});
