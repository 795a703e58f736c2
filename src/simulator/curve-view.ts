/** Draws the chart of a run with many connections. */

import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import type { Chart } from './curve.js';
import { say } from '../words/say.js';

const r = (value: number): number => Math.round(value * 10) / 10;

export function curveView(chart: Chart): TemplateResult {
  const right = (chart.event ?? 0) < chart.left + 80;
  return html`<figure class="curve">
    <figcaption>${say`Sockets of your program over time`}</figcaption>
    <svg width=${chart.width} height=${chart.height} role="img" aria-label=${say`At the end: ${chart.summary}`}>
      ${chart.grid.map(
        (line) => svg`<line class="grid" x1=${chart.left} y1=${r(line.y)} x2=${r(chart.right)} y2=${r(line.y)}></line>
        <text class="tick" x=${chart.left - 6} y=${r(line.y + 4)} text-anchor="end">${line.text}</text>`,
      )}
      ${chart.ticks.map((tick) => svg`<text class="tick" x=${r(tick.x)} y=${chart.height - 6} text-anchor="middle">${tick.text}</text>`)}
      ${
        chart.event === null
          ? nothing
          : svg`<line class="event" x1=${r(chart.event)} y1="8" x2=${r(chart.event)} y2=${chart.height - 22}></line>
        <text class="event" x=${r(chart.event + (right ? 6 : -6))} y="14" text-anchor=${right ? 'start' : 'end'}>${say`the failure`}</text>`
      }
      ${chart.lines.map(
        (line) => svg`<path class=${line.name} d=${line.path}></path>
        <text class="name" x=${r(chart.right + 8)} y=${r(line.labelY + 4)}>${line.label}</text>
        <rect class=${line.name} x=${r(chart.right + 1)} y=${r(line.labelY - 5)} width="4" height="10"></rect>`,
      )}
    </svg>
  </figure>`;
}
