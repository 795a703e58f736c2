/** The parameters of a scenario, and what is said beside a value that was not taken. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import type { Parameter, ParameterValue } from '../scenarios/scenario.js';
import { say, translated } from '../words/say.js';
import { controlOf } from './controls.js';

/** A value that was not taken: the id of its input, and why, with the range. */
export interface Refusal {
  id: string;
  why: string;
}

/** Beside its input, where the eye is; the input names it as its error message. */
export function refusal(id: string, refused: Refusal | null): TemplateResult | typeof nothing {
  return refused?.id === id ? html`<span class="refusal" id="${id}-error" role="alert">${refused.why}</span>` : nothing;
}

export const invalid = (id: string, refused: Refusal | null): 'true' | 'false' => (refused?.id === id ? 'true' : 'false');

/** "from 1 to 127", in the unit of the value. */
export function rangeText(min: number | undefined, max: number | undefined, unit: string): string {
  const of = (value: number): string => `${value}${unit === '' ? '' : ` ${unit}`}`;
  if (min === undefined) return max === undefined ? say`a number` : say`a number up to ${of(max)}`;
  return max === undefined ? say`a number from ${of(min)}` : say`a number from ${min} to ${of(max)}`;
}

/** The scenario's own parameters. */
export function parameterView(
  parameters: readonly Parameter[],
  values: Record<string, ParameterValue>,
  refused: Refusal | null,
  set: (name: string, value: ParameterValue) => void,
  refuse: (refused: Refusal) => void,
): TemplateResult[] {
  return parameters.map((parameter) => {
    const id = `parameter-${parameter.name}`;
    const value = values[parameter.name] ?? parameter.default;
    const label = html`<label for=${id}>${translated(parameter.title)}</label>`;
    if (parameter.choices) {
      return html`<span class="parameter"
        >${label}<select id=${id} @change=${(event: Event) => set(parameter.name, controlOf(event).value)}>
          ${parameter.choices.map((choice) => html`<option value=${choice.value} ?selected=${choice.value === value}>${translated(choice.title)}</option>`)}
        </select></span
      >`;
    }
    if (typeof parameter.default === 'boolean') {
      return html`<span class="parameter"
        ><input
          id=${id}
          type="checkbox"
          .checked=${live(value === true)}
          @change=${(event: Event) => set(parameter.name, controlOf(event).checked)}
        />${label}</span
      >`;
    }
    return html`<span class="parameter"
      >${label}<input
        id=${id}
        type="number"
        step="any"
        min=${parameter.min ?? nothing}
        max=${parameter.max ?? nothing}
        .value=${live(String(value))}
        aria-invalid=${invalid(id, refused)}
        @change=${(event: Event) => {
          if (controlOf(event).value !== '' && controlOf(event).checkValidity()) set(parameter.name, controlOf(event).valueAsNumber);
          else refuse({ id, why: rangeText(parameter.min, parameter.max, parameter.unit) });
        }}
      /><span class="unit">${parameter.unit}</span>${refusal(id, refused)}</span
    >`;
  });
}
