/** What is drawn of a ladder: shapes with their places and words. */

import type { HostName } from '../kernel/experiment.js';
import type { TcpState } from '../kernel/trace.js';
import type { LanePlan } from './lanes.js';

export type Tone = 'plain' | 'good' | 'wait' | 'warn' | 'error' | 'past' | 'off';

export interface Block {
  lane: 'call' | 'state';
  side: HostName;
  x: number;
  y: number;
  width: number;
  height: number;
  tone: Tone;
  label: string;
  /** Second label at the block's lower end (what the call returned). */
  result: string | null;
  /** Where a long block repeats its label, so that it is in sight while scrolling. */
  again: number[];
  /** True when it goes on beyond the end of the run. */
  open: boolean;
  title: string;
  state: TcpState | null;
  /** Time of the event that a click on it selects, and that event's kind. */
  t: number;
}

export interface Arrow {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** The last segment of a burst; null for a single one. */
  last: { y1: number; y2: number } | null;
  from: HostName;
  lost: boolean;
  label: string;
  labelX: number;
  labelY: number;
  anchor: 'start' | 'end';
  title: string;
  tone: Tone;
  conn: string;
  t: number;
}

export interface TimerBar {
  side: HostName;
  x: number;
  y1: number;
  y2: number;
  label: string;
  labelX: number;
  anchor: 'start' | 'end';
  fired: boolean;
  open: boolean;
  timer: string;
}

/** A queue's fill at the inner edge of its socket's state; the label only where it changed much. */
export interface Fill {
  side: HostName;
  x: number;
  y1: number;
  y2: number;
  width: number;
  labelX: number;
  labelY: number | null;
  label: string;
  title: string;
}

/** Something that happens to hosts or network: a line across the picture with a label on it. */
export interface Mark {
  y: number;
  t: number;
  x: number;
  width: number;
  text: string;
  title: string;
}

export interface Tick {
  y: number;
  text: string;
}

export interface Break {
  y1: number;
  y2: number;
  text: string;
}

export interface Ladder {
  height: number;
  width: number;
  plan: LanePlan;
  blocks: Block[];
  arrows: Arrow[];
  timers: TimerBar[];
  fills: Fill[];
  marks: Mark[];
  ticks: Tick[];
  breaks: Break[];
  /** y of any time of the run. */
  yOf: (t: number) => number;
  /** Times from here on are not drawn; null when all are. */
  cutAt: number | null;
}
