/** One bug is told once: where several connections suffer from the same line of another function, the first keeps the finding. */

import type { FunctionIr } from './ir.js';
import type { Where } from './notes.js';
import { isPlain } from './places.js';
import type { Tracked } from './tracked.js';

/** Takes out of each connection what an earlier one already tells, and notes its opening there. */
export function toldOnce(tracked: readonly Tracked[]): Tracked[] {
  const told = new Map<string, Where[]>();
  const surest = new Map<string, number>();
  // Who loses it in a function of their own keeps the finding, whoever else is hit by it.
  for (const one of tracked)
    for (const leak of one.leaks) if (losesItself(one, leak) && !told.has(leakKey(leak))) told.set(leakKey(leak), []);
  for (const one of tracked) for (const { key, doubt } of causesOf(one)) surest.set(key, Math.min(surest.get(key) ?? 2, doubt));
  const first = (one: Tracked, key: string, doubt: number): Where[] | null => {
    const known = told.get(key);
    if (known) {
      known.push({ range: one.range, file: one.function.file });
      return null;
    }
    if (doubt > (surest.get(key) ?? 2)) return null;
    const also: Where[] = [];
    told.set(key, also);
    return also;
  };
  const unclosed = new Map(
    tracked
      .filter((one) => one.leaks.some((leak) => leak.how === 'kept'))
      .map((one): [string, Where[]] => [placeKey({ range: one.range, file: one.function.file }), []]),
  );
  return tracked.map((one) => {
    // What no method can close, no caller can either.
    const hopeless = one.insides.map((inside) => unclosed.get(placeKey(inside))).find((callers) => callers !== undefined);
    hopeless?.push({ range: one.range, file: one.function.file });
    const leaks = one.leaks
      .filter((leak) => !hopeless || (leak.place !== null && isPlain(leak.place)))
      .flatMap((leak) => {
        if (leak.how === 'kept') return [{ ...leak, also: unclosed.get(placeKey({ range: one.range, file: one.function.file })) ?? [] }];
        if (losesItself(one, leak)) return [leak];
        const also = first(one, leakKey(leak), leak.doubt);
        return also ? [{ ...leak, also }] : [];
      });
    const eofIgnored = one.eofIgnored.flatMap((read) => {
      if (isIn(read, one.function)) return [read];
      const also = first(one, `eof ${placeKey(read)}`, read.doubt);
      return also ? [{ ...read, also }] : [];
    });
    return { ...one, leaks, eofIgnored };
  });
}

/** It is lost in the function that opened it, and not in one that has it from another and runs a second time. */
function losesItself(one: Tracked, leak: Tracked['leaks'][number]): boolean {
  const kinds = leak.path.map(({ kind }) => kind);
  return leak.function === one.function && !(kinds.includes('entered') && kinds.includes('openedInside'));
}

function causesOf(one: Tracked): { key: string; doubt: number }[] {
  return [
    ...one.leaks.filter((leak) => !losesItself(one, leak)).map((leak) => ({ key: leakKey(leak), doubt: leak.doubt })),
    ...one.eofIgnored.filter((read) => !isIn(read, one.function)).map((read) => ({ key: `eof ${placeKey(read)}`, doubt: read.doubt })),
  ];
}

function leakKey(leak: Tracked['leaks'][number]): string {
  return `${leak.how} ${placeKey(leak)}`;
}

function placeKey({ range, file }: Where): string {
  return `${file ?? ''}:${range.startLine}:${range.startColumn}`;
}

/** Does it lie in the text of the function? */
export function isIn({ range, file }: Where, fn: FunctionIr): boolean {
  const { startLine, startColumn, endLine, endColumn } = fn.range;
  if (file !== fn.file) return false;
  const after = range.startLine > startLine || (range.startLine === startLine && range.startColumn >= startColumn);
  return after && (range.endLine < endLine || (range.endLine === endLine && range.endColumn <= endColumn));
}
