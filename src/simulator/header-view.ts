/** The head of the page: which connection, which failure. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { isUnfollowed, type ConnectionProfile } from '../scenarios/profile.js';
import { insideOf, openedAs } from '../scenarios/user-words.js';
import { parametersFor, type ParameterValue } from '../scenarios/scenario.js';
import type { OtherConnection, Place, SavedState, ShownConnection } from './protocol.js';
import { controlOf } from './controls.js';
import { parameterView, type Refusal } from './parameter-view.js';
import { scenariosFor } from './state.js';
import { say, translated } from '../words/say.js';

export interface ConnectionActions {
  jump: (line: number) => void;
  choose: (place: Place) => void;
}

const UNFOLLOWED = (): string =>
  say`What the code does with it afterwards was not followed from here: shown is a connection that is opened and then left alone.`;

const ROLES = { client: say`your code connects`, listener: say`your code listens`, accepted: say`your code accepted it` } as const;

export function connectionView(
  connection: ShownConnection,
  others: readonly OtherConnection[],
  actions: ConnectionActions,
): TemplateResult {
  const { profile, place } = connection;
  const where = connection.function === '' ? '' : insideOf(connection.function);
  return html`<header>
    <h1><code>${openedAs(profile, place.line)}</code> <span class="quiet">${ROLES[profile.role]}</span></h1>
    <p>
      <button class="link" @click=${() => actions.jump(place.line)}>${connection.file}, ${say`line ${place.line}`}</button
      >${where === '' ? nothing : html`<span class="quiet">${where}</span>`}
      ${
        others.length === 0
          ? nothing
          : html`<span class="parameter"
              ><label for="others">${say`other connections`}</label
              ><select
                id="others"
                @change=${(event: Event) => {
                  const other = others[controlOf(event).selectedIndex - 1];
                  if (other) actions.choose(other.place);
                }}
              >
                <option selected>${say`choose…`}</option>
                ${others.map((other) => html`<option>${other.label}</option>`)}
              </select></span
            >`
      }
    </p>
  </header>`;
}

export interface FailureActions {
  refused: Refusal | null;
  scenario: (id: string) => void;
  parameter: (name: string, value: ParameterValue) => void;
  refuse: (refused: Refusal) => void;
}

export function failureView(profile: ConnectionProfile, state: SavedState, actions: FailureActions): TemplateResult {
  const scenarios = scenariosFor(profile);
  const chosen = scenarios.find((scenario) => scenario.id === state.scenario);
  return html`<div class="failure">
    <span class="parameter main"
      ><label for="scenario">${say`What goes wrong`}</label>
      <select id="scenario" @change=${(event: Event) => actions.scenario(controlOf(event).value)}>
        ${scenarios.map((scenario) => html`<option value=${scenario.id} ?selected=${scenario.id === state.scenario}>${translated(scenario.title)}</option>`)}
      </select></span
    >
    ${
      chosen === undefined
        ? nothing
        : html`${parameterView(parametersFor(chosen, profile, state.parameters), state.parameters, actions.refused, actions.parameter, actions.refuse)}
            <p class="question quiet">${translated(chosen.question)}</p>
            ${isUnfollowed(profile) ? html`<p class="unfollowed quiet">${UNFOLLOWED()}</p>` : nothing}`
    }
  </div>`;
}
