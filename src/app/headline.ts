/** A finding in one line, as a list of problems shows it: the number in front, then why. */

import type { Finding } from '../analysis/findings.js';
import { describeTime } from '../scenarios/describe-time.js';
import type { Consequence } from './consequence.js';
import { phrases, say, translated } from '../words/say.js';

/** What fits into a row of the Problems view beside file and rule. */
export const LONGEST = 110;

/** Rules about a wait: what happens, that it takes so long, is what the model says; the headline says why. */
const WHO_DIED: Readonly<Record<string, string>> = phrases({
  'peer-host-loses-power-idle': "the peer's host died",
  'peer-host-loses-power-while-we-write': "the peer's host died",
  'connect-to-dead-host': 'the host is dead',
  'peer-frozen': "the peer's program hangs",
});

/** @returns at most {@link LONGEST} characters where the finding's own words leave room, without code spans */
export function headlineOf({ headline }: Pick<Finding, 'headline'>, consequence: Consequence | null): string {
  const own = capital(headline).replace(/`/g, '');
  if (!consequence) return own;
  const who = WHO_DIED[consequence.scenario];
  const died = who === undefined ? undefined : translated(who);
  const whole =
    died === undefined ? `${own}: ${fragment(consequence.text)}` : `${learns(consequence, died)}: ${headline.replace(/`/g, '')}`;
  // What begins in lower case only says why; what stands by itself needs no time in front.
  const needs = died !== undefined && own !== headline.replace(/`/g, '');
  return whole.length <= LONGEST || needs ? whole : own;
}

/** How a finding's story ends, with its duration: for a hint behind the call. */
export function briefly(consequence: Consequence): string {
  const { scenario, what, errno, earliest, latest, text } = consequence;
  if (WHO_DIED[scenario] === undefined) return what === 'CLOSE_WAIT' ? fragment(text).replace(/^stays in /, '') : what;
  if (earliest === null) return isUnfollowed(consequence) ? say`perhaps never noticed` : say`never noticed`;
  return say`${errno ?? what} after ${describeTime(earliest, latest)}${consequence.silent?.earliest === null ? say`, or never` : ''}`;
}

/** What the code does with it was not followed: whether it writes, which has a clock of its own, is not known (scenarios/answer.ts). */
const isUnfollowed = ({ what }: Consequence): boolean => what === say`not followed`;

function learns(consequence: Consequence, died: string): string {
  const { earliest, latest, errno } = consequence;
  // With data on the way their clock runs; once they are acknowledged, none.
  if (earliest !== null && consequence.silent?.earliest === null)
    return say`Learns after ${describeTime(earliest, latest)}, or never, that ${died}`;
  if (earliest === null) return isUnfollowed(consequence) ? say`May never learn that ${died}` : say`Never learns that ${died}`;
  return say`${capital(describeTime(earliest, latest))} until it learns that ${died}${errno === null ? '' : ` (${errno})`}`;
}

/** A sentence about it without its subject and its full stop. */
function fragment(sentence: string): string {
  const text = sentence.replace(/[.。]$/, '').replace(/^It (is )?/, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
