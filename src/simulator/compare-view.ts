/** Before and after: the same failure with a cure, both on one time axis, the difference in one sentence. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { asFixed, CURES, difference } from '../scenarios/cures.js';
import type { CureChoice } from './answer-view.js';
import type { ShownConnection } from './protocol.js';
import type { Story } from '../scenarios/play.js';
import { say, translated } from '../words/say.js';

export interface CompareActions {
  apply: (cure: string) => void;
  draw: (told: readonly Story[], titles: readonly string[]) => TemplateResult;
}

export function compareView(
  before: Story,
  after: Story | null,
  cures: readonly CureChoice[],
  connection: Pick<ShownConnection, 'applicable' | 'numbers' | 'profile'> | null,
  actions: CompareActions,
): TemplateResult {
  const chosen = cures.find((cure) => cure.chosen);
  const known = CURES.find((one) => one.id === chosen?.id);
  const cure = known && asFixed(known, connection?.numbers?.[known.id]);
  const applicable = connection?.applicable ?? null;
  return html`<div class="compare">
    ${chosen === undefined ? html`<p class="quiet">${cures.length === 0 ? say`There is no cure to try on this connection.` : say`Choose a cure above: both pictures then stand on one time axis.`}</p>` : nothing}
    ${
      chosen === undefined || cure === undefined || after === null || connection === null
        ? nothing
        : html` <p class="large difference">${difference(cure, before.answer, after.answer, connection.profile)}</p>
            <p>
              ${
                applicable?.includes(chosen.id)
                  ? html`<button class="primary" @click=${() => actions.apply(chosen.id)}>${say`Apply to my code`}</button>`
                  : html`<span class="quiet"
                      >${
                        applicable === null
                          ? say`Trying whether a fix of your code does this…`
                          : say`There is no checked fix for this in this code; the picture shows what it would do.`
                      }</span
                    >`
              }
            </p>`
    }
    ${chosen === undefined || after === null ? nothing : actions.draw([before, after], [say`Before`, say`After: ${translated(chosen.title)}`])}
  </div>`;
}
