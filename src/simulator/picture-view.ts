/** The picture with its playhead: the ladder of one run, or of two runs on one time axis. */

import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { mainConnection, type LadderEvent } from './events.js';
import { headings, ladderShapes, type Select } from './ladder-view.js';
import { lanes, sharedLanes, type LanePlan } from './lanes.js';
import { ladder } from './layout.js';
import type { Ladder } from './ladder.js';
import { sceneOf, scaleFor, type Scene } from './scene.js';
import type { Trace } from '../kernel/trace.js';
import type { Leak } from '../scenarios/leak.js';
import { say } from '../words/say.js';

/** Segments that are drawn; the table has the rest. */
const MOST_SEGMENTS = 250;
const HEAD = 28;
/** Below this width of the network's column (pixels) two labels do not fit beside each other. */
const SHARED_WIRE = 260;
/** Below this width (pixels) both directions' labels share a column. */
const NARROW = 560;

/** A run to draw. */
export interface Drawn {
  trace: Trace;
  leak: Leak | null;
}

export interface Picture {
  ladders: readonly Ladder[];
  width: number;
  height: number;
  main: string | null;
  yOf: (t: number) => number;
  cutAt: number | null;
}

const hasTimers = (scene: Scene, side: 'A' | 'B'): boolean => scene.timers.some(({ row }) => row.side === side);

/** Lays out one trace, or two side by side on a common axis. */
export function picture(runs: readonly Drawn[], width: number, zoom: number): Picture {
  const narrow = width < NARROW || runs.length > 1;
  const draw = ({ trace, leak }: Drawn, sharedWire: boolean): Scene =>
    sceneOf(trace, { conn: mainConnection(trace), leak, maxSegments: MOST_SEGMENTS, narrow, sharedWire });
  const plan = (scene: Scene): LanePlan =>
    lanes(width, {
      ourTimers: hasTimers(scene, 'A'),
      theirTimers: hasTimers(scene, 'B'),
      theirCalls: scene.calls.some(({ row }) => row.side === 'B'),
    });
  const scenes = runs.map((run) => {
    const scene = draw(run, false);
    return narrow || (plan(scene).wire?.width ?? 0) >= SHARED_WIRE ? scene : draw(run, true);
  });
  const scale = scaleFor(scenes, zoom);
  const until = Math.max(...scenes.map((scene) => scene.end));
  const ladders = scenes.map((scene, index) =>
    ladder(scene, scale, runs.length === 1 ? plan(scene) : sharedLanes(width, index, runs.length), until),
  );
  return {
    ladders,
    width,
    height: scale.height,
    main: scenes[0]?.conn ?? null,
    yOf: scale.yOf,
    cutAt: scenes.find((scene) => scene.cutAt !== null)?.cutAt ?? null,
  };
}

function wavy(): TemplateResult {
  return html`<svg width="26" height="10" aria-hidden="true">
    <path d="M0,3 q3,-4 6,0 q3,4 6,0 q3,-4 6,0 q3,4 6,0 M0,8 q3,-4 6,0 q3,4 6,0 q3,-4 6,0 q3,4 6,0"></path>
  </svg>`;
}

/** The line across the picture at the event under the playhead. */
function playhead(shown: Picture, event: LadderEvent | undefined): TemplateResult | typeof nothing {
  if (event === undefined || (shown.cutAt !== null && event.t >= shown.cutAt)) return nothing;
  const y = Math.round(shown.yOf(event.t) + (event.kind === 'segment' ? 4 : 0)) - 0.5;
  return svg`<g class="playhead"><line x1="0" y1=${y} x2=${shown.width} y2=${y}></line><polygon points=${`0,${y - 5} 7,${y} 0,${y + 5}`}></polygon></g>`;
}

/**
 * @param titles headings above each of several ladders
 * @param description of the picture, for those who do not see it
 */
export function pictureView(
  shown: Picture,
  event: LadderEvent | undefined,
  titles: readonly string[],
  description: string,
  select: Select,
): TemplateResult {
  const several = shown.ladders.length > 1;
  const [head, top] = several ? [HEAD + 20, 20] : [HEAD, 0];
  return html`<div class="ladder">
    <svg class="heads" width=${shown.width} height=${head} aria-hidden="true">
      ${several ? shown.ladders.map((one, index) => svg`<text class="heading title" x=${one.plan.ourCall.x} y="16">${titles[index] ?? ''}</text>`) : nothing}
      ${shown.ladders.map((one) => svg`<g transform="translate(0,${top})">${headings(one.plan)}</g>`)}
    </svg>
    <svg
      class="drawing"
      width=${shown.width}
      height=${shown.height}
      viewBox="0 0 ${shown.width} ${shown.height}"
      role="img"
      aria-label=${description}
    >
      ${shown.ladders.map((one, index) => ladderShapes(one, shown.main, select, index === 0)).reverse()} ${playhead(shown, event)}
    </svg>
    <p class="legend quiet">
      ${say`Time runs down. A longer wait is drawn longer, but not in proportion: `}<span class="key tear">${wavy()}</span>
      ${say`long silences are torn out, their length stands in the tear.`}
      <span class="key cross">✕</span> ${say`a segment that never arrives.`}
    </p>
    ${shown.cutAt === null ? nothing : html`<p class="quiet">${say`The picture stops here, the run goes on: the table below has every event.`}</p>`}
  </div>`;
}
