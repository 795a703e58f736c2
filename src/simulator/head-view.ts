/** What the page says in words above its values and pictures: the connection, the failure, the answer. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Answer } from '../scenarios/scenario.js';
import { answerView, type AnswerActions } from './answer-view.js';
import { connectionView, failureView, type ConnectionActions, type FailureActions } from './header-view.js';
import { curesOf, isLeft } from './of-state.js';
import type { SavedState } from './protocol.js';
import { profileOf } from './state.js';
import { say } from '../words/say.js';

export interface Head {
  state: SavedState;
  answer: Answer | null;
  /** A newer answer is being computed. */
  stale: boolean;
  notice: string;
  /** Why there is no answer, in words. */
  error: string | null;
}

export type HeadActions = ConnectionActions & FailureActions & AnswerActions;

export function headView({ state, answer, stale, notice, error }: Head, actions: HeadActions): TemplateResult | typeof nothing {
  const { connection, others } = state;
  const profile = profileOf(state);
  if (connection === null || profile === null) return nothing;
  return html`${connectionView(connection, others, actions)}${failureView(profile, state, actions)}
    <p class="notice" role="status">${notice}</p>
    ${error === null ? nothing : html`<p class="problem" role="alert">${say`This cannot be simulated: ${error}`}</p>`}
    ${answer === null ? nothing : answerView(answer, connection.lines, curesOf(state), { stale, isLeft: isLeft(state) }, actions)}`;
}
