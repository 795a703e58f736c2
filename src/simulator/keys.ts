/** The page's keys: the same in every view, and none of them while a value is being typed. */

export interface Keyed {
  step: (by: number) => void;
  moveTo: (index: number) => void;
  last: () => void;
  play: () => void;
  jump: () => void;
  zoom: (factor: number | null) => void;
}

const KEYS: Readonly<Record<string, (page: Keyed) => void>> = {
  ArrowDown: (page) => page.step(1),
  ArrowRight: (page) => page.step(1),
  ArrowUp: (page) => page.step(-1),
  ArrowLeft: (page) => page.step(-1),
  Home: (page) => page.moveTo(0),
  End: (page) => page.last(),
  ' ': (page) => page.play(),
  j: (page) => page.jump(),
  '+': (page) => page.zoom(1.5),
  '-': (page) => page.zoom(1 / 1.5),
  '0': (page) => page.zoom(null),
};

/**
 * Elements that use keys themselves: inputs all of them, buttons and summaries
 * the space bar, tabs the arrows, wide tables those that scroll them.
 */
function takes(target: Element, key: string): boolean {
  if (target.matches('input:not([type="checkbox"]), select, textarea')) return true;
  if (key === ' ') return target.matches('button, summary, input');
  return target.matches('[role="tab"], .scroll') && /^(Arrow(Left|Right)|Home|End)$/.test(key);
}

/** Carries out the key's action unless the focused element needs the key, or a modifier is held. */
export function handleKey(event: KeyboardEvent, page: Keyed): void {
  const action = KEYS[event.key];
  if (action === undefined || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target instanceof Element && takes(event.target, event.key)) return;
  event.preventDefault();
  action(page);
}
