import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Trace } from '../../src/kernel/trace.js';
import { mainConnection } from '../../src/simulator/events.js';
import { lanes, sharedLanes } from '../../src/simulator/lanes.js';
import { ladder } from '../../src/simulator/layout.js';
import type { Block, Ladder } from '../../src/simulator/ladder.js';
import { ROW, TEAR, scaleFor, sceneOf, type Scene } from '../../src/simulator/scene.js';
import { simulate } from '../../src/kernel/simulate.js';
import { SCENARIOS } from '../../src/scenarios/generated.js';
import { play } from '../../src/scenarios/play.js';
import { parametersOf, type Scenario } from '../../src/scenarios/scenario.js';
import { CLIENT, SERVER } from './connections.js';
import { recorded, recordedTraces } from './traces.js';

const WIDTHS = [300, 380, 620, 900, 1240];
const HEIGHT = 12;

const scene = (trace: Trace, width: number): Scene =>
  sceneOf(trace, { leak: null, conn: mainConnection(trace), maxSegments: 250, narrow: width < 560 });

function draw(trace: Trace, width: number, zoom = 1): Ladder {
  const one = scene(trace, width);
  const timers = (side: 'A' | 'B'): boolean => one.timers.some(({ row }) => row.side === side);
  return ladder(one, scaleFor([one], zoom), lanes(width, { ourTimers: timers('A'), theirTimers: timers('B'), theirCalls: true }));
}

/** Fails when two labels of one column share pixels. */
function apart(name: string, ys: readonly number[], distance: number): void {
  const sorted = [...ys].sort((a, b) => a - b);
  sorted.slice(1).forEach((y, index) => assert.ok(y - (sorted[index] ?? 0) >= distance - 0.01, `${name}: ${sorted[index]} and ${y}`));
}

const labelsOf = (block: Block): number[] =>
  block.label === '' ? [] : [block.y, ...block.again, ...(block.result === null ? [] : [block.y + block.height - ROW])];

/** No label covers another, none is torn through or clipped, nothing leaves the picture. */
function check(trace: Trace, width: number, name: string): void {
  const shape = draw(trace, width);
  const where = `${name} at ${width}`;
  for (const lane of ['call', 'state'] as const)
    for (const side of ['A', 'B'] as const) {
      const blocks = shape.blocks.filter((block) => block.lane === lane && block.side === side);
      for (const x of new Set(blocks.map((block) => block.x)))
        apart(`${where}: ${lane} ${side}`, blocks.filter((block) => block.x === x).flatMap(labelsOf), HEIGHT);
    }
  for (const side of ['A', 'B'] as const) {
    apart(
      `${where}: segments of ${side}`,
      shape.arrows.filter((arrow) => arrow.from === side).map((arrow) => arrow.labelY),
      HEIGHT,
    );
    apart(
      `${where}: timers of ${side}`,
      shape.timers.filter((timer) => timer.side === side).map((timer) => timer.y1),
      HEIGHT,
    );
  }
  if (width < 560)
    apart(
      `${where}: segments`,
      shape.arrows.map((arrow) => arrow.labelY),
      HEIGHT,
    );
  apart(
    `${where}: times`,
    shape.ticks.map((tick) => tick.y),
    HEIGHT,
  );
  for (const block of shape.blocks) {
    for (const y of labelsOf(block))
      for (const fold of shape.breaks) {
        const middle = (fold.y1 + fold.y2) / 2;
        assert.ok(y + ROW - 3 <= middle - TEAR / 2 || y >= middle + TEAR / 2 - 3, `${where}: a tear goes through ${block.label}`);
      }
    assert.ok(block.x >= 0 && block.x + block.width <= width + 0.01 && block.y >= 0 && block.y + block.height <= shape.height, where);
    assert.ok(8 + block.label.length * 6.2 <= block.width + 2, `${where}: ${block.label}`);
  }
  for (const arrow of shape.arrows) {
    assert.ok(
      [arrow.x1, arrow.x2, arrow.labelX].every((x) => x >= 0 && x <= width) && arrow.y1 < arrow.y2 && arrow.y2 <= shape.height,
      where,
    );
  }
  for (const mark of shape.marks) assert.ok(mark.x >= 0 && mark.x + mark.width <= width, `${where}: ${mark.text}`);
  for (const timer of shape.timers) assert.ok(timer.x >= 0 && timer.x <= width && timer.y2 <= shape.height, `${where}: ${timer.label}`);
}

test('in every recorded run, at every width: no label covers another, nothing is clipped', () => {
  const traces = recordedTraces();
  assert.ok(traces.size >= 150);
  for (const [name, trace] of traces) for (const width of WIDTHS) check(trace, width, name);
});

test('the same in every scenario of the model, with its timers', () => {
  const machine = { kernel: '6.18', hz: 250, sysctls: { A: {}, B: {} } };
  let timers = 0;
  for (const scenario of SCENARIOS)
    for (const profile of [CLIENT, SERVER]) {
      if (!scenario.roles.includes(profile.role)) continue;
      const trace = simulate(scenario.experiment(profile, parametersOf(scenario), machine));
      timers += draw(trace, 1240).timers.length;
      for (const width of WIDTHS) check(trace, width, `${scenario.id} ${profile.role}`);
    }
  assert.ok(timers > 20);
});

test('time runs downwards and every silence above the limit is a labelled fold', () => {
  const shape = draw(recorded('data-power-loss-default-full'), 900);
  const times = shape.arrows.map((arrow) => arrow.y1);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  const lengths = shape.breaks.map((fold) => fold.y2 - fold.y1);
  assert.ok(lengths.length >= 10);
  assert.ok((lengths[0] ?? 0) < (lengths[5] ?? 0), 'a longer silence is drawn longer');
  assert.ok(shape.breaks.some((fold) => fold.text.startsWith('2 min')));
});

test('the failed call ends in its errno; lost segments end before they arrive; the dead host has no power', () => {
  const shape = draw(recorded('data-power-loss-default-full'), 900);
  const failed = shape.blocks.find((block) => block.result === '→ ETIMEDOUT');
  assert.equal(failed?.tone, 'error');
  assert.match(failed?.title ?? '', /ETIMEDOUT after 15 min/);
  const lost = shape.arrows.filter((arrow) => arrow.lost);
  assert.ok(lost.length > 10);
  const whole = shape.arrows.find((arrow) => !arrow.lost && arrow.from === 'A');
  for (const arrow of lost) assert.ok(arrow.x2 < (whole?.x2 ?? 0));
  assert.ok(shape.blocks.some((block) => block.side === 'B' && block.tone === 'off'));
  assert.deepEqual(
    shape.marks.map((mark) => mark.text),
    ["the peer's host loses power"],
  );
});

test('a call that never returns stays open to the end; one of a killed program does not', () => {
  const shape = draw(recorded('keepalive-none'), 900);
  assert.ok(shape.blocks.some((block) => block.lane === 'call' && block.side === 'A' && block.open && block.tone === 'warn'));
  const killed = draw(recorded('killed-never-close-default'), 900).blocks.find((block) => block.result === '→ killed');
  assert.equal(killed?.open, false);
});

test('zoom makes gaps longer, never labels closer', () => {
  const trace = recorded('killed-never-close-default');
  assert.ok(draw(trace, 900, 3).height > 1.5 * draw(trace, 900, 1).height);
});

test('two runs on one axis: the same time stands at the same height', () => {
  const scenes = ['keepalive-none', 'keepalive-5-2-3'].map((name) => scene(recorded(name), 400));
  const scale = scaleFor(scenes, 1);
  const [left, right] = scenes.map((one, index) => ladder(one, scale, sharedLanes(900, index, 2)));
  assert.ok(left && right);
  assert.deepEqual(left.breaks, right.breaks);
  assert.ok(left.plan.right <= right.plan.left + 0.01 && right.plan.right <= 900.01);
  const established = [left, right].map((shape) => shape.blocks.find((block) => block.side === 'A' && block.state === 'ESTABLISHED'));
  assert.ok(Math.abs((established[0]?.y ?? 0) - (established[1]?.y ?? 1000)) < 20);
});

test('a run of very many segments stops being drawn where it says, and the rest of the picture fits', () => {
  const trace = recorded('data-power-loss-default-full');
  const one = sceneOf(trace, { leak: null, conn: mainConnection(trace), maxSegments: 8, narrow: false });
  const shape = ladder(one, scaleFor([one], 1), lanes(900, { ourTimers: false, theirTimers: false, theirCalls: true }));
  assert.equal(shape.arrows.length, 8);
  assert.ok(shape.cutAt !== null && shape.cutAt < 60);
  assert.ok(shape.blocks.every((block) => block.t < (shape.cutAt ?? 0)));
});

test('a leak is drawn as one: the place where the code left, and no green from there on', () => {
  const leaky = { ...CLIENT, onDrop: 'never' } as const;
  for (const id of ['peer-closes-we-do-not', 'peer-process-killed']) {
    const { trace, answer } = play(
      SCENARIOS.find((one) => one.id === id) as Scenario,
      leaky,
      {},
      { kernel: '6.18', hz: 250, sysctls: { A: {}, B: {} } },
    );
    for (const width of WIDTHS) {
      const one = sceneOf(trace, { leak: answer.leak, conn: mainConnection(trace), maxSegments: 250, narrow: width < 560 });
      const shape = ladder(one, scaleFor([one], 1), lanes(width, { ourTimers: false, theirTimers: false, theirCalls: true }));
      const left = shape.blocks.find((block) => block.title.startsWith('the function left here; close() was never called'));
      assert.ok(left && left.open && left.tone === 'warn', id);
      assert.match(left.label, /^8/);
      assert.match(left.result ?? '', /close/);
      assert.ok(
        shape.blocks.filter((block) => block.side === 'A' && block.y >= left.y).every((block) => block.tone !== 'good'),
        id,
      );
    }
  }
});
