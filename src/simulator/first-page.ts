/** What a page that is made with a connection and its first story shows before its script runs: the same words, as text. */

import { html } from 'lit/html.js';
import type { Story } from '../scenarios/play.js';
import { headView } from './head-view.js';
import type { ToPage } from './protocol.js';
import { EMPTY, received } from './state.js';
import { still } from './still.js';

const nobody = (): void => undefined;
const ACTIONS = { refused: null, refuse: nobody, parameter: nobody, scenario: nobody, jump: nobody, choose: nobody, compare: nobody };

export function firstPage(message: Extract<ToPage, { type: 'show' }>, { answer }: Story): string {
  const state = received(EMPTY, message);
  return still(html`<main>${headView({ state, answer, stale: false, notice: '', error: null }, ACTIONS)}</main>`);
}
