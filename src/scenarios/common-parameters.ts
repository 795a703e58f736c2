/** Parameters that several scenarios share. */

import { takes } from './profile.js';
import type { Parameter } from './scenario.js';

export const LINK: Parameter = {
  name: 'link',
  title: 'Where the other host is',
  default: 'routed',
  unit: '',
  choices: [
    { value: 'routed', title: 'behind a router' },
    { value: 'lan', title: 'on the same network' },
  ],
};

/** Whether the failure meets a blocked receive or comes just before a send. */
export const MOMENT: Parameter = {
  name: 'moment',
  title: 'What our code does at that moment',
  default: 'waiting',
  unit: '',
  choices: [
    { value: 'waiting', title: 'it waits' },
    { value: 'sending', title: 'it is about to send' },
  ],
  applies: ({ steps }) => takes(steps, 'send'),
};

/** Seconds until a garbage collector closes a connection that the program dropped (languages with one). */
export const COLLECTED_AFTER: Parameter = {
  name: 'collectedAfter',
  title: 'The garbage collector closes a dropped connection after',
  default: 60,
  unit: 's',
  min: 0,
  max: 86_400,
  applies: ({ onDrop, steps }) => onDrop === 'collector' && !takes(steps, 'close'),
};
