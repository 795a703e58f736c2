/** The answer in words, large, above the picture: what your code sees, when, what decides it, what to change. */

import { html, nothing, type TemplateResult } from 'lit/html.js';
import { describeTime } from '../scenarios/describe-time.js';
import type { Answer } from '../scenarios/scenario.js';
import { say, translated } from '../words/say.js';

export interface AnswerActions {
  jump: (line: number) => void;
  compare: (cure: string | null) => void;
}

export interface CureChoice {
  id: string;
  title: string;
  chosen: boolean;
}

/** The time alone, as large words: "never", "15 min 40 s", "until the process ends". */
function headline(answer: Answer): string {
  return answer.lasts ?? describeTime(answer.earliest, answer.latest);
}

/** An error, a wait without end, a leak or what is left to the runtime is never shown as well. */
function toneOf(answer: Answer, isLeft: boolean): 'error' | 'warn' | 'good' {
  if (answer.errno !== null || answer.raises !== undefined) return 'error';
  return answer.earliest === null || answer.leak !== null || isLeft ? 'warn' : 'good';
}

/** What the large words leave open: the error, the state that is left, what grows with a leak and what ends it. */
function details(answer: Answer): TemplateResult {
  const told =
    answer.errno ?? answer.raises ?? (answer.earliest === null && answer.lasts === undefined ? say`no error ever comes` : say`no error`);
  return html`<p class="quiet">${told}${answer.state === null ? nothing : html` · ${say`socket ends in`} <b>${answer.state}</b>`}</p>
    ${answer.leak === null ? nothing : html`<p class="leak"><b>${say`Leak:`}</b> ${answer.leak.grows} ${answer.leak.ends}</p>`}`;
}

function codeLine(line: number, text: string | undefined, jump: AnswerActions['jump']): TemplateResult {
  return html`<button class="code-line" @click=${() => jump(line)} title=${say`Go to line ${line}`}>
    <span class="number">${line}</span><code>${text ?? ''}</code>
  </button>`;
}

/**
 * @param lines source text by line number
 * @param state stale: a newer answer is being computed; isLeft: a finding says that the code leaves its end to the runtime
 */
export function answerView(
  answer: Answer,
  lines: Record<number, string>,
  cures: readonly CureChoice[],
  { stale, isLeft }: { stale: boolean; isLeft: boolean },
  actions: AnswerActions,
): TemplateResult {
  const tone = toneOf(answer, isLeft);
  return html`<section class="answer ${stale ? 'stale' : ''}" aria-label=${say`The answer`}>
    <div class="sees ${tone}">
      <h2>${say`What does your code see?`}</h2>
      <p class="large">${answer.sees}</p>
      ${answer.line === null ? nothing : codeLine(answer.line, lines[answer.line], actions.jump)}
    </div>
    <div class="when ${tone}">
      <h2>${say`When?`}</h2>
      <p class="huge ${answer.lasts === undefined ? '' : 'words'}">${headline(answer)}</p>
      ${details(answer)}
    </div>
    <div class="decides">
      <h2>${say`What decides it?`}</h2>
      <p>${answer.decides}</p>
    </div>
    <div class="change">
      <h2>${say`What would you change?`}</h2>
      <p>${answer.change}</p>
      ${
        cures.length === 0
          ? nothing
          : html`<div class="cures" role="group" aria-label=${say`Try a cure`}>
              ${cures.map((cure) => html`<button class="chip" aria-pressed=${cure.chosen ? 'true' : 'false'} @click=${() => actions.compare(cure.chosen ? null : cure.id)}>${translated(cure.title)}</button>`)}
            </div>`
      }
    </div>
  </section>`;
}
