/** Draws a ladder: shapes from layout.ts become SVG. All text is set as text, all colours are classes of media/simulator.css. */

import { nothing, svg, type SVGTemplateResult } from 'lit/html.js';
import type { Arrow, Block, Break, Fill, Ladder, Mark, TimerBar } from './ladder.js';
import { ROW, TEAR } from './scene.js';
import type { Lane, LanePlan } from './lanes.js';
import { letters } from './text-width.js';
import { say } from '../words/say.js';

/** Selects the event that a shape stands for. */
export type Select = (t: number, side: 'A' | 'B' | null, kind: 'call' | 'state' | 'segment' | 'fault') => void;

const r = (value: number): number => Math.round(value * 10) / 10;

const HEADINGS: readonly (readonly [keyof LanePlan, string, string, string])[] = [
  ['ourCall', say`Your code`, say`Code`, 'ours'],
  ['ourState', say`Your socket`, say`Socket`, 'ours'],
  ['ourTimer', say`Timers`, '', 'quiet'],
  ['wire', say`Network`, say`Net`, 'quiet'],
  ['theirTimer', say`Timers`, '', 'quiet'],
  ['theirState', say`Peer’s socket`, say`Peer`, 'theirs'],
  ['theirCall', say`Peer’s code`, say`Peer`, 'theirs'],
];

/** The heads of the columns; they stay in sight while the picture scrolls. */
export function headings(plan: LanePlan): SVGTemplateResult[] {
  return HEADINGS.flatMap(([name, long, short, tone]): SVGTemplateResult[] => {
    const lane = plan[name] as Lane | null;
    if (lane === null || lane.width < 20) return [];
    const text = letters(long) * 7 <= lane.width + 6 ? long : short;
    return [svg`<text class="heading ${tone}" x=${r(lane.x + lane.width / 2)} y="18" text-anchor="middle">${text}</text>`];
  });
}

function block(shape: Block, select: Select): SVGTemplateResult {
  const { x, y, width, height } = shape;
  const clipped = `${shape.open ? 'open' : ''} ${shape.result === null ? 'short' : ''}`;
  return svg`<g class="block ${shape.lane} ${shape.side === 'A' ? 'ours' : 'theirs'} ${shape.tone} ${clipped}"
      @click=${() => select(shape.t, shape.side, shape.lane)}>
    <title>${shape.title}</title>
    <rect class="body" x=${r(x)} y=${r(y)} width=${r(width)} height=${r(height)} rx="3"></rect>
    <rect class="edge" x=${r(x)} y=${r(y)} width="3" height=${r(height)} rx="1.5"></rect>
    ${shape.label === '' ? nothing : svg`<text class="label" x=${r(x + 8)} y=${r(y + 12.5)}>${shape.label}</text>`}
    ${shape.again.map((at) => svg`<text class="label quiet" x=${r(x + 8)} y=${r(at + 12.5)}>${shape.label}</text>`)}
    ${
      shape.result === null
        ? nothing
        : svg`<rect class="end" x=${r(x)} y=${r(y + height - ROW)} width=${r(width)} height=${ROW} rx="3"></rect>
      <text class="label result" x=${r(x + 8)} y=${r(y + height - 6)}>${shape.result}</text>`
    }
  </g>`;
}

function arrow(shape: Arrow, main: string | null, select: Select): SVGTemplateResult {
  const other = main !== null && shape.conn !== main ? 'other' : '';
  const { x1, y1, x2, y2 } = shape;
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const point = (along: number, across: number): string => `${r(x2 - dx * along - dy * across)},${r(y2 - dy * along + dx * across)}`;
  return svg`<g class="arrow ${shape.from === 'A' ? 'ours' : 'theirs'} ${shape.tone} ${shape.lost ? 'lost' : ''} ${other}"
      @click=${() => select(shape.t, shape.from, 'segment')}>
    <title>${shape.title}</title>
    ${
      shape.last === null
        ? nothing
        : svg`<polygon class="band" points=${`${r(x1)},${r(y1)} ${r(x2)},${r(y2)} ${r(x2)},${r(shape.last.y2)} ${r(x1)},${r(shape.last.y1)}`}></polygon>
      <line x1=${r(x1)} y1=${r(shape.last.y1)} x2=${r(x2)} y2=${r(shape.last.y2)}></line>`
    }
    <line class="hit" x1=${r(x1)} y1=${r(y1)} x2=${r(x2)} y2=${r(y2)}></line>
    <line x1=${r(x1)} y1=${r(y1)} x2=${r(x2)} y2=${r(y2)}></line>
    ${
      shape.lost
        ? svg`<path class="cross" d=${`M${r(x2 - 5)},${r(y2 - 5)} l10,10 m0,-10 l-10,10`}></path>`
        : svg`<polygon class="head" points=${`${point(0, 0)} ${point(8, 4)} ${point(8, -4)}`}></polygon>`
    }
  </g>`;
}

/** Labels come after all arrows, so that no line runs through one. */
function arrowLabel(shape: Arrow, main: string | null, select: Select): SVGTemplateResult {
  const other = main !== null && shape.conn !== main ? 'other' : '';
  return svg`<text class="segment ${other}" x=${r(shape.labelX)} y=${r(shape.labelY)} text-anchor=${shape.anchor}
    @click=${() => select(shape.t, shape.from, 'segment')}>${shape.label}</text>`;
}

function timer(shape: TimerBar): SVGTemplateResult {
  const middle = shape.side === 'A' ? 'ours' : 'theirs';
  return svg`<g class="timer ${middle} ${shape.fired ? 'fired' : ''}">
    <title>${`timer ${shape.label}${shape.fired ? say`: fires` : shape.open ? say`: still runs` : say`: cancelled`}`}</title>
    <line x1=${r(shape.x)} y1=${r(shape.y1)} x2=${r(shape.x)} y2=${r(shape.y2)}></line>
    ${shape.fired ? svg`<circle cx=${r(shape.x)} cy=${r(shape.y2)} r="3.5"></circle>` : nothing}
    <text class="small" x=${r(shape.labelX)} y=${r(shape.y1 + 4)} text-anchor=${shape.anchor}>${shape.label}</text>
  </g>`;
}

function fill(shape: Fill): SVGTemplateResult {
  return svg`<g class="fill">
    <title>${shape.title}</title>
    <rect x=${r(shape.x)} y=${r(shape.y1)} width=${r(shape.width)} height=${r(shape.y2 - shape.y1)}></rect>
    ${shape.labelY === null ? nothing : svg`<text class="label" x=${r(shape.labelX)} y=${r(shape.labelY + 12.5)}>${shape.label}</text>`}
  </g>`;
}

/** A wave across the whole picture: time is torn out here. */
function wave(x1: number, x2: number, y: number): string {
  const steps = Math.max(1, Math.round((x2 - x1) / 12));
  const width = (x2 - x1) / steps;
  const parts = Array.from({ length: steps }, (_, index) => `q${r(width / 2)},${index % 2 === 0 ? -5 : 5} ${r(width)},0`);
  return `M${r(x1)},${r(y)} ${parts.join(' ')}`;
}

function fold(shape: Break, left: number, width: number, label: Lane): SVGTemplateResult {
  const middle = (shape.y1 + shape.y2) / 2;
  const text = label.width > 130 ? say`${shape.text} of silence` : shape.text;
  const half = letters(text) * 3.1 + 6;
  const x = label.x + label.width / 2;
  return svg`<g class="fold">
    <title>${say`${shape.text} pass in which nothing happens`}</title>
    <path class="gap" d=${wave(left, width, middle)}></path>
    <path d=${wave(left, width, middle - 3)}></path><path d=${wave(left, width, middle + 3)}></path>
    <rect class="gap" x=${r(x - half)} y=${r(middle - TEAR / 2)} width=${r(2 * half)} height=${TEAR} rx=${TEAR / 2}></rect>
    <text class="small" x=${r(x)} y=${r(middle + 4)} text-anchor="middle">${text}</text>
  </g>`;
}

/** Columns' faint grounds and the time axis. */
function ground(shape: Ladder, plan: LanePlan, axis: boolean): SVGTemplateResult {
  return svg`<g class="ground" aria-hidden="true">
    ${plan.wire === null ? nothing : svg`<rect class="wire" x=${r(plan.wire.x)} y="0" width=${r(plan.wire.width)} height=${r(shape.height)}></rect>`}
    ${(axis ? shape.ticks : []).map((tick) => svg`<text class="tick" x=${r(plan.time.x + plan.time.width - 4)} y=${r(tick.y + 12.5)} text-anchor="end">${tick.text}</text>`)}
  </g>`;
}

function mark(shape: Mark, plan: LanePlan, select: Select): SVGTemplateResult {
  const { x, y, width } = shape;
  return svg`<g class="mark" @click=${() => select(shape.t, null, 'fault')}>
    <title>${shape.title}</title>
    <line x1=${r(plan.left)} y1=${r(y)} x2=${r(plan.right)} y2=${r(y)}></line>
    <rect x=${r(x)} y=${r(y)} width=${r(width)} height="17" rx="8.5"></rect>
    <text x=${r(x + width / 2)} y=${r(y + 12.5)} text-anchor="middle">${shape.text}</text>
  </g>`;
}

/**
 * The whole picture of one trace.
 * @param main the connection whose states are shown
 * @param axis false for a ladder that shares the time axis and its folds with another one
 */
export function ladderShapes(shape: Ladder, main: string | null, select: Select, axis = true): SVGTemplateResult {
  const { plan } = shape;
  return svg`
    ${ground(shape, plan, axis)}
    <g>${shape.timers.map(timer)}</g>
    <g>${shape.blocks.map((item) => block(item, select))}</g>
    <g>${shape.fills.map(fill)}</g>
    ${axis ? svg`<g>${shape.breaks.map((item) => fold(item, plan.time.width, plan.width, plan.wire ?? plan.ourCall))}</g>` : nothing}
    <g>${shape.marks.map((item) => mark(item, plan, select))}</g>
    <g>${shape.arrows.map((item) => arrow(item, main, select))}</g>
    <g>${shape.arrows.map((item) => arrowLabel(item, main, select))}</g>`;
}
