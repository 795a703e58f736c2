/** The bar above the picture: what stands under the playhead, and the buttons that move it. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { LadderEvent, ShownState } from './events.js';
import { clock, stateName, STATE_MEANS } from './words.js';
import { say } from '../words/say.js';

export interface PlaybarActions {
  step: (by: number) => void;
  moveTo: (index: number) => void;
  last: () => void;
  play: () => void;
  zoom: (factor: number | null) => void;
  jump: () => void;
  playing: boolean;
  mayPlay: boolean;
  mayZoom: boolean;
}

function icon(path: string): TemplateResult {
  return html`<svg class="icon" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d=${path}></path></svg>`;
}

/** What our socket's state means, for those who see it for the first time. */
function meaning(state: ShownState | null): string {
  return state === null || state === 'OFF' ? '' : `: ${STATE_MEANS[state]}`;
}

/** What waits in a socket's queues. */
function queue(words: string): TemplateResult | typeof nothing {
  return words === '' ? nothing : html`, <b class="queue">${words}</b>`;
}

const FIRST = 'M3 3v10M12 3 5.500 8 12 13z';
const BACK = 'M11 3 4.500 8 11 13z';
const NEXT = 'M5 3 11.500 8 5 13z';
const LAST = 'M13 3v10M4 3 10.500 8 4 13z';
const PLAY = 'M4 2.500 13 8 4 13.500z';
const PAUSE = 'M5 3v10M11 3v10';
const IN = 'M8 3v10M3 8h10';
const OUT = 'M3 8h10';

function button(label: string, keys: string, path: string, action: () => void, disabled = false): TemplateResult {
  return html`<button class="tool" aria-label=${label} title="${label} (${keys})" ?disabled=${disabled} @click=${action}>
    ${icon(path)}
  </button>`;
}

export function playbar(event: LadderEvent | undefined, count: number, origin: number, page: PlaybarActions): TemplateResult {
  const line = event?.line ?? event?.waiting?.line ?? null;
  return html`<div class="playbar">
    <div class="tools" role="group" aria-label=${say`Playhead`}>
      ${button(say`First event`, 'Home', FIRST, () => page.moveTo(0))}${button(say`Previous event`, 'Up', BACK, () => page.step(-1))}
      ${button(page.playing ? say`Pause` : say`Play`, page.mayPlay ? 'Space' : say`off: reduced motion`, page.playing ? PAUSE : PLAY, () => page.play(), !page.mayPlay)}
      ${button(say`Next event`, 'Down', NEXT, () => page.step(1))}${button(say`Last event`, 'End', LAST, () => page.last())}
    </div>
    <div class="now" aria-live="polite" aria-atomic="true">
      ${
        event === undefined
          ? nothing
          : html` <span class="quiet">${say`${event.index + 1} of ${count}`}</span> <b class="at">${clock(event.t - origin)}</b>
              <span>${event.side === 'A' ? say`you: ` : event.side === 'B' ? say`peer: ` : ''}${event.text}</span>
              ${event.errno === null ? nothing : html`<b class="errno">${event.errno}</b>`}
              <span class="states quiet"
                >${say`your socket`} <b>${stateName(event.ours)}</b>${meaning(event.ours)}${queue(event.queues.ours)} ·
                ${say`peer’s socket`} <b>${stateName(event.theirs)}</b>${queue(event.queues.theirs)}</span
              >`
      }
    </div>
    <div class="tools">
      ${line === null ? nothing : html`<button title=${say`Go to the code (j)`} @click=${() => page.jump()}>${say`line ${line}`}</button>`}
      ${page.mayZoom ? html`${button(say`Zoom in`, '+', IN, () => page.zoom(1.5))}${button(say`Zoom out`, '-', OUT, () => page.zoom(1 / 1.5))}` : nothing}
    </div>
  </div>`;
}
