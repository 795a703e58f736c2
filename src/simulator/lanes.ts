/** Which columns the ladder has at a given width. Pure. */

export interface Lane {
  x: number;
  width: number;
}

interface StateLane extends Lane {
  /** False where there is only room for the colour: the table and the playhead's line then name the state. */
  labels: boolean;
}

export interface LanePlan {
  /** Of the whole picture. */
  width: number;
  /** Where this ladder's own columns begin and end. */
  left: number;
  right: number;
  time: Lane;
  ourCall: Lane;
  ourState: StateLane;
  ourTimer: Lane | null;
  wire: Lane | null;
  theirTimer: Lane | null;
  theirState: StateLane | null;
  theirCall: Lane | null;
}

export interface LaneNeeds {
  ourTimers: boolean;
  theirTimers: boolean;
  theirCalls: boolean;
}

const GAP = 8;
/** Where every pixel is needed: a panel of 320 pixels with its scroll bar. */
const TIGHT = 4;

interface Wish {
  name: 'time' | 'ourCall' | 'ourState' | 'ourTimer' | 'wire' | 'theirTimer' | 'theirState' | 'theirCall';
  width: number;
  /** Share of the width that is left over. */
  grow: number;
}

const NARROW: readonly Wish[] = [
  { name: 'time', width: 54, grow: 0 },
  { name: 'ourCall', width: 70, grow: 1 },
  { name: 'ourState', width: 80, grow: 0 },
  { name: 'wire', width: 52, grow: 1 },
  { name: 'theirState', width: 8, grow: 0 },
];

const MIDDLE: readonly Wish[] = [
  { name: 'time', width: 66, grow: 0 },
  { name: 'ourCall', width: 110, grow: 2 },
  { name: 'ourState', width: 90, grow: 0 },
  { name: 'wire', width: 120, grow: 3 },
  { name: 'theirState', width: 94, grow: 0 },
];

const WIDE: readonly Wish[] = [
  { name: 'time', width: 64, grow: 0 },
  { name: 'ourCall', width: 140, grow: 3 },
  { name: 'ourState', width: 98, grow: 0 },
  { name: 'ourTimer', width: 130, grow: 0 },
  { name: 'wire', width: 130, grow: 4 },
  { name: 'theirTimer', width: 130, grow: 0 },
  { name: 'theirState', width: 96, grow: 0 },
  { name: 'theirCall', width: 104, grow: 1 },
];

/** For one of two pictures side by side: the calls and our state tell the difference. */
const PAIR: readonly Wish[] = [
  { name: 'ourCall', width: 84, grow: 2 },
  { name: 'ourState', width: 84, grow: 0 },
  { name: 'wire', width: 40, grow: 2 },
  { name: 'theirState', width: 8, grow: 0 },
];

/** The same where there is very little room: our state is only a colour. */
const SMALL_PAIR: readonly Wish[] = [
  { name: 'ourCall', width: 60, grow: 1 },
  { name: 'ourState', width: 8, grow: 0 },
];

const spare = (wishes: readonly Wish[], width: number, gap = GAP): number =>
  width - wishes.reduce((sum, wish) => sum + wish.width, 0) - gap * (wishes.length - 1);

/** The columns for one ladder: fewer where there is less room, none for timers or calls that do not occur. */
export function lanes(width: number, needs: LaneNeeds): LanePlan {
  const asked = (wish: Wish): boolean =>
    (wish.name !== 'ourTimer' || needs.ourTimers) &&
    (wish.name !== 'theirTimer' || needs.theirTimers) &&
    (wish.name !== 'theirCall' || needs.theirCalls);
  const only = (...left: readonly Wish['name'][]): Wish[] => WIDE.filter((wish) => asked(wish) && !left.includes(wish.name));
  const fitting =
    [only(), only('theirTimer'), only('theirTimer', 'theirCall'), MIDDLE, NARROW].find((wishes) => spare(wishes, width) >= 0) ?? NARROW;
  return place(fitting, width, 0, spare(fitting, width) < 0 ? TIGHT : GAP);
}

/** Columns for the `index`th of `count` ladders side by side right of one time axis. */
export function sharedLanes(width: number, index: number, count: number): LanePlan {
  const axis = width < 520 ? 54 : 64;
  const share = (width - axis - GAP) / count;
  const own = share - GAP * 2;
  const fitting = [PAIR, PAIR.slice(0, 2), SMALL_PAIR].find((wishes) => spare(wishes, own) >= 0) ?? SMALL_PAIR;
  const plan = place(fitting, own, axis + GAP + share * index + GAP);
  return { ...plan, width, time: { x: 0, width: axis } };
}

function place(wishes: readonly Wish[], width: number, x0: number, gap = GAP): LanePlan {
  const left = Math.max(0, spare(wishes, width, gap));
  const parts = wishes.reduce((sum, wish) => sum + wish.grow, 0);
  const placed = new Map<Wish['name'], Lane>();
  let x = x0;
  for (const wish of wishes) {
    const own = wish.width + (left * wish.grow) / Math.max(1, parts);
    placed.set(wish.name, { x, width: own });
    x += own + gap;
  }
  const lane = (name: Wish['name']): Lane | null => placed.get(name) ?? null;
  const state = (name: Wish['name']): StateLane | null => {
    const found = lane(name);
    return found === null ? null : { ...found, labels: found.width > 40 };
  };
  const none: Lane = { x: x0, width: 0 };
  return {
    width,
    left: lane('time')?.width ?? x0,
    right: x0 + width,
    time: lane('time') ?? none,
    ourCall: lane('ourCall') ?? none,
    ourState: state('ourState') ?? { ...none, labels: false },
    ourTimer: lane('ourTimer'),
    wire: lane('wire'),
    theirTimer: lane('theirTimer'),
    theirState: state('theirState'),
    theirCall: lane('theirCall'),
  };
}
