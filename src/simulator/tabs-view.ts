/** The tabs of the views, and what can be exported. */

import { html, type TemplateResult } from 'lit/html.js';
import type { ExportFormat } from './protocol.js';
import { VIEWS, type View } from './state.js';
import { say } from '../words/say.js';

const EXPORTS: readonly (readonly [ExportFormat, string])[] = [
  ['svg', say`picture (SVG)`],
  ['mermaid', say`diagram (Mermaid)`],
  ['pcapng', say`capture (pcapng)`],
  ['trace', say`trace (JSON)`],
  ['experiment', say`experiment (JSON)`],
];

/** Arrow keys move between tabs, as in every tab list. */
function moved(event: KeyboardEvent, view: View, choose: (view: View) => void): void {
  const index = VIEWS.findIndex(([id]) => id === view);
  const to: Partial<Record<string, number>> = {
    ArrowRight: index + 1,
    ArrowLeft: index - 1 + VIEWS.length,
    Home: 0,
    End: VIEWS.length - 1,
  };
  const next = VIEWS[(to[event.key] ?? -1) % VIEWS.length];
  if (to[event.key] === undefined || next === undefined) return;
  event.preventDefault();
  choose(next[0]);
  document.getElementById(`tab-${next[0]}`)?.focus();
}

export function viewTabs(view: View, choose: (view: View) => void, save: (format: ExportFormat) => void): TemplateResult {
  return html`<div class="bar">
    <div class="tabs" role="tablist" aria-label=${say`Views`} @keydown=${(event: KeyboardEvent) => moved(event, view, choose)}>
      ${VIEWS.map(
        ([id, title]) =>
          html`<button
            role="tab"
            id="tab-${id}"
            aria-selected=${id === view ? 'true' : 'false'}
            aria-controls="view-panel"
            tabindex=${id === view ? 0 : -1}
            @click=${() => choose(id)}
          >
            ${title}
          </button>`,
      )}
    </div>
    <details class="menu">
      <summary>${say`Export`}</summary>
      <div class="items">
        ${EXPORTS.map(
          ([format, title]) =>
            html`<button
              @click=${(event: Event) => {
                (event.currentTarget as HTMLElement).closest('details')?.removeAttribute('open');
                save(format);
              }}
            >
              ${title}
            </button>`,
        )}
      </div>
    </details>
  </div>`;
}
