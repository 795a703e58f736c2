/** A row of the table of answers: a connection, its machine and what must come of it. */

import type { ConnectionProfile } from '../../src/scenarios/profile.js';
import type { Answer, Machine, ParameterValues } from '../../src/scenarios/scenario.js';

export interface Case {
  scenario: string;
  what: string;
  profile: ConnectionProfile;
  parameters?: ParameterValues;
  sysctls?: Machine['sysctls']['A'];
  kernel?: string;
  hz?: number;
  expect: Partial<Pick<Answer, 'errno' | 'call' | 'line' | 'state'>>;
  /** Bounds that earliest and latest must lie in (seconds after the failure); null: never. */
  within: [number, number] | null;
}

export const KEEPALIVE = { on: true, idle: null, interval: null, count: null, from: 'option', line: 3 } as const;
export const SHORT_KEEPALIVE = { ...KEEPALIVE, idle: 15, interval: 15, count: 4 } as const;
