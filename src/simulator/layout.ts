/** A trace as shapes: blocks, arrows, bars and labels with coordinates, ready to be drawn. Pure: no DOM, no colours. */

import type { HostName } from '../kernel/experiment.js';
import type { CallRow, PacketRow, TcpState, Trace } from '../kernel/trace.js';
import { burstWords } from './bursts.js';
import { arrival, AT_ONCE } from './events.js';
import type { Lane, LanePlan } from './lanes.js';
import type { TimeScale } from './scale.js';
import { ROW, stoppedAt } from './scene.js';
import type { Scene } from './scene.js';
import { OURS } from '../scenarios/our-program.js';
import { startsConnecting } from '../scenarios/outcome.js';
import { cutTo, letters } from './text-width.js';
import { callName, clock, duration, LEFT, lossReason, outcome, programName, segment, STATE_MEANS } from './words.js';
import { say } from '../words/say.js';
import type { Tone, Block, Arrow, TimerBar, Fill, Mark, Tick, Ladder } from './ladder.js';

const TONES: Record<TcpState, Tone> = {
  LISTEN: 'past',
  SYN_SENT: 'wait',
  SYN_RECV: 'wait',
  ESTABLISHED: 'good',
  FIN_WAIT_1: 'wait',
  FIN_WAIT_2: 'wait',
  CLOSE_WAIT: 'warn',
  CLOSING: 'wait',
  LAST_ACK: 'wait',
  TIME_WAIT: 'past',
  GONE: 'past',
};

/** Cuts a text to a width in pixels; `character` is the width of one of its characters. */
const inside = (text: string, width: number, character = 6.7): string => cutTo(text, Math.max(3, Math.floor(width / character)));

/** The first text that fits, else the last one cut. */
const fitting = (texts: readonly string[], width: number, character?: number): string =>
  texts.find((text) => inside(text, width, character) === text) ?? inside(texts.at(-1) ?? '', width, character);

/** One of several equal columns of a lane. */
function part(lane: Lane, index: number, count: number): Lane {
  const width = (lane.width - (count - 1) * 4) / count;
  return { x: lane.x + index * (width + 4), width };
}

function callBlocks(scene: Scene, scale: TimeScale, plan: LanePlan, until: number): Block[] {
  const blocks: Block[] = [];
  const columns = (side: HostName): number =>
    1 + Math.max(0, ...scene.calls.filter(({ row }) => row.side === side).map(({ row }) => scene.columns.get(row.program) ?? 0));
  const count = { A: columns('A'), B: columns('B') };
  for (const { row, start, end } of scene.calls) {
    const whole = row.side === 'A' ? plan.ourCall : plan.theirCall;
    if (whole === null) continue;
    const lane = part(whole, scene.columns.get(row.program) ?? 0, count[row.side]);
    const y = scale.y(start);
    const stopped = row.end === null && stoppedAt(scene.trace, row) !== null;
    const open = row.end === null && !stopped;
    const result = stopped
      ? 'killed'
      : open
        ? row.side === 'A'
          ? row.isEvent
            ? say`no event comes`
            : row.limited
              ? say`its own limit`
              : say`never returns`
          : null
        : outcome(row);
    const name = row.line === undefined || row.side === 'B' ? callName(row) : `${row.line}: ${callName(row)}`;
    const added = result === null || end !== null ? '' : ` → ${result}`;
    const short = added.replace(/,.*/, '');
    const text = name + added;
    const bottom = end === null ? y + ROW : open ? scale.yOf(until) : scale.y(end);
    blocks.push({
      lane: 'call',
      side: row.side,
      x: lane.x,
      width: lane.width,
      y,
      height: Math.max(ROW - 2, bottom - y - 1),
      tone: row.errno !== null && !startsConnecting(row) ? 'error' : !open ? 'plain' : row.side === 'A' ? 'warn' : 'past',
      label: fitting([text, name + short, callName(row) + short, callName(row), callName(row).replace(/^.*\./, '')], lane.width - 12),
      result: end === null || result === null ? null : fitting([`→ ${result}`, `→ ${result.replace(/,.*/, '')}`], lane.width - 12),
      again: repeats(scale, y, bottom),
      open,
      title: `${callTitle(row, text)} (${programName(row.program)})`,
      state: null,
      t: row.start,
    });
  }
  return blocks;
}

/** Where our code left the connection open: nothing is called there, and that is what the column must show. */
function leftBlock(scene: Scene, scale: TimeScale, plan: LanePlan, until: number): Block[] {
  const { left } = scene;
  if (left === null || left.end === null) return [];
  const count = 1 + Math.max(0, ...scene.calls.filter(({ row }) => row.side === 'A').map(({ row }) => scene.columns.get(row.program) ?? 0));
  const lane = part(plan.ourCall, scene.columns.get(OURS) ?? 0, count);
  const y = scale.y(left.start);
  const open = left.row.until === null;
  const bottom = open ? scale.yOf(until) : scale.y(left.end);
  const [here, never] = LEFT;
  return [
    {
      lane: 'call',
      side: 'A',
      x: lane.x,
      width: lane.width,
      y,
      height: Math.max(2 * ROW - 2, bottom - y - 1),
      tone: 'warn',
      open: true,
      state: null,
      t: left.row.at,
      label: fitting([`${left.row.line}: ${here}`, say`${left.row.line}: left here`, say`${left.row.line}: left`], lane.width - 12),
      result: fitting([never, say`never closed`, say`no close`], lane.width - 12),
      again: repeats(scale, y, bottom),
      title: `${LEFT.join('; ')}. ${left.row.grows} ${left.row.ends}`,
    },
  ];
}

/** Distance after which a long block says again what it is, pixels. */
const REPEAT = 320;

function repeats(scale: TimeScale, top: number, bottom: number): number[] {
  const result: number[] = [];
  for (const { y2 } of scale.folds) {
    if (y2 > (result.at(-1) ?? top) + REPEAT && y2 < bottom - 3 * ROW) result.push(y2);
  }
  return result;
}

function callTitle(row: CallRow, whole: string): string {
  if (row.end === null) return say`${whole}: does not return`;
  return row.end - row.start < AT_ONCE ? whole : say`${whole}: ${outcome(row) ?? ''} after ${duration(row.end - row.start)}`;
}

function stateBlocks(scene: Scene, scale: TimeScale, plan: LanePlan, until: number): Block[] {
  const taken: Record<HostName, number[]> = { A: [], B: [] };
  for (const { row, start } of scene.queues) if (row.labelled) taken[row.side].push(scale.y(start));
  return scene.states.flatMap(({ row, start, end }): Block[] => {
    const lane = row.side === 'A' ? plan.ourState : plan.theirState;
    if (lane === null) return [];
    const y = scale.y(start);
    const gone = row.state === 'GONE';
    const off = row.state === 'OFF';
    const open = !gone && end?.t === scene.end;
    const bottom = gone || end === null ? y + ROW : Math.max(y + ROW, open ? scale.yOf(until) : scale.y(end));
    return [
      {
        lane: 'state',
        side: row.side,
        x: lane.x,
        width: lane.width,
        y,
        height: bottom - y - 1,
        tone: row.state === 'OFF' ? 'off' : row.leaked && TONES[row.state] === 'good' ? 'warn' : TONES[row.state],
        label: lane.labels ? inside(off ? say`no power` : gone ? say`gone` : row.state, lane.width - 10, 6.2) : '',
        result: null,
        again:
          gone || !lane.labels
            ? []
            : repeats(scale, y, bottom).filter((at) => !taken[row.side].some((other) => Math.abs(other - at) < ROW)),
        open,
        title:
          row.state === 'OFF'
            ? say`no power`
            : `${row.state}: ${STATE_MEANS[row.state]}${row.leaked ? say`; the code that opened it has left` : ''}`,
        state: row.state === 'OFF' ? null : row.state,
        t: start.t,
      },
    ];
  });
}

/** Labels stand below their arrow at the sender's end: the answer to a segment starts where that ends, above its own label. */
function arrows(scene: Scene, scale: TimeScale, wire: Lane): Arrow[] {
  const left = wire.x + 5;
  const right = wire.x + wire.width - 5;
  return scene.packets.map(({ row: burst, start }) => {
    const { first: row, last } = burst;
    const ours = row.from === 'A';
    const lost = row.dropped !== null;
    const reach = lost ? 0.66 : 1;
    const x1 = ours ? left : right;
    const line = (from: number, packet: PacketRow): Pick<Arrow, 'y1' | 'y2'> => {
      const full = Math.max(from + 6, scale.yOf(arrival(packet, scene.trace)) + 4);
      return { y1: from, y2: from + (full - from) * reach };
    };
    const { y1, y2 } = line(scale.y(start) + 4, row);
    const label = fitting(burstWords(burst), right - left + 4, 6.3);
    const inset = right - left > 100 ? 6 : 0;
    const slope = (y2 - y1) / reach / (right - left);
    const title = burst.count === 1 ? segment(row) : (burstWords(burst)[0] ?? '');
    return {
      x1,
      x2: x1 + (ours ? 1 : -1) * reach * (right - left),
      y1,
      y2,
      from: row.from,
      lost,
      conn: row.conn,
      t: row.t,
      last: burst.count === 1 ? null : line(scale.yOf(last.t) + 4, last),
      label,
      labelX: ours ? left + inset : right - inset,
      labelY: y1 + 11 + Math.min(5, slope * (6 + letters(label) * 6.3)),
      anchor: ours ? ('start' as const) : ('end' as const),
      title: lossReason(row) === null ? title : `${title}: ${lossReason(row) ?? ''}`,
      tone: row.flags.includes('R')
        ? ('error' as const)
        : lost
          ? ('warn' as const)
          : row.kind === ''
            ? ('plain' as const)
            : ('wait' as const),
    };
  });
}

/** Bars of timers that run at the same time stand side by side. */
function timerBars(scene: Scene, scale: TimeScale, plan: LanePlan): TimerBar[] {
  const free: Record<HostName, number[]> = { A: [], B: [] };
  return scene.timers.flatMap(({ row, start, end }): TimerBar[] => {
    const lane = row.side === 'A' ? plan.ourTimer : plan.theirTimer;
    if (lane === null || end === null) return [];
    const columns = free[row.side];
    const found = columns.findIndex((until) => until <= start.t);
    const column = found === -1 ? columns.length : found;
    columns[column] = end.t;
    const sign = row.side === 'A' ? 1 : -1;
    const aside = (Math.min(columns.length, 3) - 1) * 9;
    const edge = row.side === 'A' ? lane.x : lane.x + lane.width;
    const y1 = scale.y(start) + ROW / 2;
    return [
      {
        side: row.side,
        x: edge + sign * (5 + (column % 3) * 9),
        y1,
        y2: Math.max(y1 + 6, scale.y(end) + ROW / 2),
        label: inside(`${row.timer} ${duration((row.end ?? scene.end) - row.start)}`, lane.width - 14 - aside, 6),
        labelX: edge + sign * (12 + aside),
        anchor: row.side === 'A' ? 'start' : 'end',
        fired: row.fired,
        open: row.end === null,
        timer: row.timer,
      },
    ];
  });
}

/** Widths of the thinnest and the fullest fill, pixels. */
const FILL = { least: 2, most: 7 };

function fills(scene: Scene, scale: TimeScale, plan: LanePlan): Fill[] {
  return scene.queues.flatMap(({ row, start }): Fill[] => {
    const lane = row.side === 'A' ? plan.ourState : plan.theirState;
    if (lane === null) return [];
    const width = lane.labels ? FILL.least + (FILL.most - FILL.least) * row.share : Math.min(FILL.most, lane.width - 4);
    const y1 = scale.y(start);
    return [
      {
        side: row.side,
        width,
        x: lane.x + lane.width - width,
        y1,
        y2: Math.max(y1 + ROW, scale.yOf(row.to)),
        title: row.title,
        labelX: lane.x + 8,
        labelY: row.labelled && lane.labels ? y1 : null,
        label: fitting([row.text, row.short], lane.width - 8 - FILL.most, 6.2),
      },
    ];
  });
}

/** The long text where it fits about the network's column, else the short one. */
function markLabel(plan: LanePlan, long: string, short: string): Pick<Mark, 'x' | 'width' | 'text'> {
  const lane = plan.wire ?? plan.ourCall;
  const needs = (text: string): number => letters(text) * 6.9 + 18;
  const text = needs(long) <= Math.min(lane.width + 40, plan.right - plan.left - 8) ? long : short;
  const width = needs(text);
  return { text, width, x: Math.min(Math.max(lane.x + lane.width / 2 - width / 2, plan.left + 2), plan.right - width - 1) };
}

/** Times are shown since the failure, where the experiment names it; else since its start. */
export function originOf(trace: Trace): number {
  return trace.experiment.model?.event ?? 0;
}

/** A time label wherever something happens, as far as there is room for it. */
function ticks(scale: TimeScale, times: readonly number[], origin: number, digits: number): Tick[] {
  const result: Tick[] = [];
  let free = -Infinity;
  for (const t of [...new Set(times)].sort((a, b) => a - b)) {
    const y = scale.yOf(t);
    const text = clock(t - origin, digits);
    if (y < free || text === result.at(-1)?.text) continue;
    result.push({ y, text });
    free = y + ROW - 1;
  }
  return result;
}

/**
 * Coordinates for a whole ladder.
 * @param scale the scene's own, or one shared with other scenes
 * @param until what has not ended goes on to this time: the end of the longest of several scenes
 */
export function ladder(scene: Scene, scale: TimeScale, plan: LanePlan, until = scene.end): Ladder {
  const { trace } = scene;
  const times = scene.items
    .map((item) => item.start.t)
    .concat(
      trace.calls.flatMap((row) => (row.end === null ? [] : [row.end])),
      scene.end,
    )
    .filter((t) => t <= scene.end);
  return {
    width: plan.width,
    height: scale.height,
    plan,
    blocks: [...callBlocks(scene, scale, plan, until), ...leftBlock(scene, scale, plan, until), ...stateBlocks(scene, scale, plan, until)],
    arrows: plan.wire === null ? [] : arrows(scene, scale, plan.wire),
    timers: timerBars(scene, scale, plan),
    fills: fills(scene, scale, plan),
    marks: scene.marks.map(({ row, start }) => ({
      y: scale.y(start),
      t: start.t,
      title: row.text,
      ...markLabel(plan, row.text, row.short),
    })),
    ticks: ticks(scale, times, originOf(trace), plan.time.width < 60 ? 2 : 3),
    breaks: scale.folds.map((fold) => ({ y1: fold.y1, y2: fold.y2, text: duration(fold.to - fold.from) })),
    yOf: scale.yOf,
    cutAt: scene.cutAt,
  };
}
