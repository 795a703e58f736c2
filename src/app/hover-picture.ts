/** A small time line of a run for hovers: an image sees no theme, so two tones that read on dark and on light carry everything. */

import type { PacketRow, Trace } from '../kernel/trace.js';
import { describeTime } from '../scenarios/describe-time.js';
import type { Answer } from '../scenarios/scenario.js';
import { say } from '../words/say.js';

export interface Picture {
  svg: string;
  /** The same in words, for screen readers. */
  alt: string;
}

/** Both have a contrast of about 4 to 1 against white and against the dark theme's background. */
const QUIET = '#7f7f7f';
const LOUD = '#d9534f';

const WIDTH = 420;
const HEIGHT = 84;
const LEFT = 14;
const RIGHT = WIDTH - 14;
const AXIS = 44;
/** Marks closer than this (pixels) are drawn once: a run may have thousands of segments. */
const NEAREST = 2;

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const n = (x: number): string => String(Math.round(x * 10) / 10);

/** Time to pixels: as the logarithm, so that milliseconds and hours find room. `first` and `last` are seconds after the failure. */
function scaleOf(last: number): (after: number) => number {
  const far = Math.log1p(Math.max(last, 1) * 10);
  const zero = LEFT + 60;
  return (after) => (after < 0 ? LEFT + 60 * Math.exp(after / 2) : zero + ((RIGHT - 40 - zero) * Math.log1p(after * 10)) / far);
}

/** One mark for each segment of ours; lost ones are crosses. */
function segments(packets: readonly PacketRow[], x: (t: number) => number): string {
  const out: string[] = [];
  let lastX = { ours: -Infinity, theirs: -Infinity };
  for (const p of packets) {
    const at = x(p.t);
    const lane = p.from === 'A' ? 'ours' : 'theirs';
    if (at - lastX[lane] < NEAREST) continue;
    lastX = { ...lastX, [lane]: at };
    const [from, to] = lane === 'ours' ? [AXIS - 2, AXIS - 12] : [AXIS + 2, AXIS + 12];
    out.push(
      p.dropped === null
        ? `<path d="M${n(at)} ${from}V${to}" stroke="${QUIET}"/>`
        : `<path d="M${n(at)} ${from}V${(from + to) / 2}m-2 -2l4 -4m0 4l-4 -4" stroke="${LOUD}"/>`,
    );
  }
  return out.join('');
}

function text(x: number, y: number, words: string, tone: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${n(x)}" y="${y}" fill="${tone}" text-anchor="${anchor}">${escape(words)}</text>`;
}

/** What ends the line: an error, an end of stream, or nothing ever. */
function ending(answer: Answer, x: (after: number) => number): string {
  const at = answer.typical;
  const words = answer.what;
  if (at === null) {
    return (
      `<path d="M${n(x(0))} ${AXIS}H${RIGHT - 6}" stroke="${LOUD}" stroke-width="3" stroke-dasharray="6 4"/><path d="M${RIGHT - 6} ${AXIS - 5}l6 5l-6 5" stroke="${LOUD}" fill="none"/>` +
      text(RIGHT, AXIS - 18, words, LOUD, 'end') +
      text(RIGHT, AXIS + 28, say`never`, LOUD, 'end')
    );
  }
  const end = x(at);
  const anchor = end > WIDTH / 2 ? 'end' : 'start';
  return (
    `<path d="M${n(x(0))} ${AXIS}H${n(end)}" stroke="${LOUD}" stroke-width="3"/><circle cx="${n(end)}" cy="${AXIS}" r="4.5" fill="${LOUD}"/>` +
    text(anchor === 'end' ? end + 5 : end - 5, AXIS - 18, words, LOUD, anchor) +
    text(anchor === 'end' ? end + 5 : end - 5, AXIS + 28, describeTime(answer.earliest, answer.latest), LOUD, anchor)
  );
}

/** Draws what our code goes through from the failure on. The SVG is below 20 kB and holds no text from the user's files. */
export function hoverPicture(trace: Trace, answer: Answer): Picture {
  const event = trace.experiment.model?.event ?? 0;
  const last = answer.typical ?? trace.experiment.durationS - event;
  const x = scaleOf(last);
  const shown = trace.packets.filter((p) => p.t - event <= last);
  const body = [
    `<path d="M${LEFT} ${AXIS}H${RIGHT}" stroke="${QUIET}"/>`,
    segments(shown, (t) => x(t - event)),
    ending(answer, x),
    `<path d="M${n(x(0))} ${AXIS - 16}V${AXIS + 16}" stroke="${LOUD}" stroke-width="2"/>`,
    text(x(0) - 2, AXIS + 28, say`failure`, LOUD, 'end'),
    text(LEFT, 12, say`we send`, QUIET, 'start'),
    text(LEFT, AXIS + 28, say`peer`, QUIET, 'start'),
  ].join('');
  const alt = `${answer.sees} ${answer.decides}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="11" fill="none"><title>${escape(alt)}</title>${body}</svg>`;
  return { svg, alt };
}
