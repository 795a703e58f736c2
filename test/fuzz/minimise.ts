/** The smallest part of a case that still goes wrong in the same way. */

import { wrongWith, type Case } from './cases.js';

const MOST_TRIES = 1500;

/** How it goes wrong, without what differs from input to input. */
export function wayOf(wrong: string): string {
  return wrong
    .split('\n')
    .slice(0, 2)
    .join(' ')
    .replace(/\d+|[`"'].*?[`"']/g, '#');
}

export function minimised(one: Case, wrong: string, judge = wrongWith): Case {
  const way = wayOf(wrong);
  let tries = 0;
  const fails = (other: Case): boolean => {
    tries += 1;
    const now = tries > MOST_TRIES ? null : judge(other);
    return now !== null && wayOf(now) === way;
  };
  if (one.kind === 'text') return { ...one, text: shorter(one.text, (text) => fails({ ...one, text })) };
  if (one.kind === 'edits') {
    const texts = fewer(one.texts, (left) => fails({ ...one, texts: left }));
    return {
      ...one,
      texts: texts.map((text, i) => shorter(text, (t) => fails({ ...one, texts: texts.map((other, k) => (k === i ? t : other)) }))),
    };
  }
  return { ...one, edits: fewer(one.edits, (edits) => fails({ ...one, edits })) };
}

function shorter(text: string, fails: (text: string) => boolean): string {
  const lines = fewer(text.split('\n'), (left) => fails(left.join('\n'))).join('\n');
  return lines.length > 600 ? lines : fewer([...lines], (left) => fails(left.join(''))).join('');
}

/** Leaves out ever smaller stretches (ddmin). */
function fewer<T>(all: readonly T[], fails: (left: readonly T[]) => boolean): readonly T[] {
  let left = all;
  for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length;) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      if (without.length < left.length && fails(without)) left = without;
      else at += size;
    }
  }
  return left;
}
