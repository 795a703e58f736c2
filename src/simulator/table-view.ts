/** The table twin of the picture: every event in words, for reading, copying and screen readers. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { LadderEvent, ShownState } from './events.js';
import { clock, stateName } from './words.js';
import { say } from '../words/say.js';

/** Rows that are put into the page; of a longer run those about the playhead. */
const MOST_ROWS = 400;

export interface TableActions {
  select: (index: number) => void;
  jump: (line: number) => void;
}

const WHO = { A: say`you`, B: say`peer` } as const;

function state(whose: string, value: ShownState | null, before: ShownState | null, queue: string, queueBefore: string): TemplateResult {
  const added = queue === '' || queue === queueBefore ? nothing : html`<br /><span class="queue">${queue}</span>`;
  return html`<td role="cell" data-whose=${whose} class="state ${value !== before ? 'changed' : ''}">${stateName(value)}${added}</td>`;
}

function row(event: LadderEvent, before: LadderEvent | undefined, current: boolean, origin: number, actions: TableActions): TemplateResult {
  const { line } = event;
  return html`<tr
    role="row"
    class="${event.kind} ${event.lost ? 'lost' : ''} ${event.errno === null ? '' : 'error'}"
    aria-current=${current ? 'true' : 'false'}
    data-event=${event.index}
    @click=${() => actions.select(event.index)}
  >
    <td role="cell" class="time">${clock(event.t - origin)}</td>
    <td role="cell" class="who">${event.side === null ? say`network` : WHO[event.side]}</td>
    <td role="cell" class="what">${event.text}</td>
    <td role="cell" class="detail">
      ${line === null ? event.detail : html`<button class="link" @click=${() => actions.jump(line)}>${say`line ${line}`}</button>`}
    </td>
    ${state(say`Your socket`, event.ours, before?.ours ?? null, event.queues.ours, before?.queues.ours ?? '')}
    ${state(say`Peer’s socket`, event.theirs, before?.theirs ?? null, event.queues.theirs, before?.queues.theirs ?? '')}
    <td role="cell" class="errno">${event.errno ?? ''}</td>
  </tr>`;
}

/** @param origin time that the shown times count from, seconds */
export function tableView(
  events: readonly LadderEvent[],
  current: number,
  origin: number,
  all: boolean,
  showAll: () => void,
  actions: TableActions,
): TemplateResult {
  const from = current < MOST_ROWS ? 0 : current - MOST_ROWS / 2;
  const shown = all ? events : events.slice(from, from + MOST_ROWS);
  return html`<section class="events" aria-label=${say`Every event`}>
    <h2>${say`Every event`}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label=${say`Table of events`}>
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">${origin === 0 ? say`Time` : say`Time since the failure`}</th>
            <th role="columnheader" scope="col">${say`Who`}</th>
            <th role="columnheader" scope="col">${say`Segment or call`}</th>
            <th role="columnheader" scope="col">${say`Numbers, line`}</th>
            <th role="columnheader" scope="col">${say`Your socket`}</th>
            <th role="columnheader" scope="col">${say`Peer’s socket`}</th>
            <th role="columnheader" scope="col">errno</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${shown.map((event, index) => row(event, shown[index - 1], event.index === current, origin, actions))}
        </tbody>
      </table>
    </div>
    ${shown.length === events.length ? nothing : html`<p><button @click=${showAll}>${say`Show all ${events.length} events`}</button></p>`}
  </section>`;
}
