/**
 * Patterns: what they ask of a value, and the names that they give to its parts.
 * A `None` or `Err` is null, what `Some` and `Ok` hold is the value itself.
 */

import type { Operand, Place, Span, Stmt, Test } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';
import type { Context } from './context.js';
import { segments } from './names.js';

const nothing: Operand = { kind: 'const', value: null };
const wrappers = new Set(['Ok', 'Some', 'Ready', 'Continue']);
const failures = new Set(['Err', 'None', 'Break', 'Pending']);

/** What the pattern asks of the value in `place`; null: it takes everything. */
export function patternTest(cx: Context, pattern: SyntaxNode, place: Place): Test | null {
  const range = pattern.span;
  const compare = (op: '==' | '!=', right: Operand): Test => ({ test: 'compare', op, left: { kind: 'place', place }, right, range });
  switch (pattern.type) {
    case 'match_pattern': {
      const inner = pattern.children.find((child) => child.named && child.field !== 'condition');
      return inner ? patternTest(cx, inner, place) : null;
    }
    case 'tuple_struct_pattern': {
      const name = segments(pattern.child('type')).at(-1) ?? '';
      const inner = pattern.parts.filter((part) => part.field !== 'type');
      if (failures.has(name))
        return inner[0]?.type.endsWith('_literal') ? and(compare('==', nothing), unclear(pattern, place)) : compare('==', nothing);
      if (!wrappers.has(name)) return unclear(pattern, place);
      const test = inner[0] ? patternTest(cx, inner[0], place) : null;
      // That a limit was kept and the call inside failed is not all that there is.
      if (test && isNull(test)) return and(test, unclear(pattern, place));
      return test ? and(compare('!=', nothing), test) : compare('!=', nothing);
    }
    case 'identifier':
    case 'scoped_identifier': {
      const name = segments(pattern).at(-1) ?? '';
      if (failures.has(name)) return compare('==', nothing);
      if (/^[A-Z]/.test(name)) return unclear(pattern, place);
      return null;
    }
    case 'or_pattern': {
      const tests = pattern.parts.map((part) => patternTest(cx, part, place));
      return tests.some((test) => test === null) ? null : (tests as Test[]).reduce((left, right) => ({ test: 'or', left, right }));
    }
    case 'integer_literal':
    case 'negative_literal':
      return compare('==', { kind: 'const', value: Number(pattern.text.replace(/_|[iu](?:\d+|size)$/g, '')) });
    case 'boolean_literal':
      return compare('==', { kind: 'const', value: pattern.text === 'true' });
    case 'string_literal':
      return compare('==', { kind: 'const', value: pattern.text.slice(1, -1) });
    case 'tuple_pattern': {
      const tests = pattern.parts.flatMap((part, index) => patternTest(cx, part, `${place}[${index}]`) ?? []);
      return tests.length === 0 ? null : tests.reduce(and);
    }
    case 'captured_pattern':
    case 'ref_pattern':
    case 'mut_pattern':
    case 'reference_pattern': {
      const inner = pattern.parts.at(-1);
      return inner ? patternTest(cx, inner, place) : null;
    }
    case '_':
    case 'remaining_field_pattern':
      return null;
    default:
      return unclear(pattern, place);
  }
}

function and(left: Test, right: Test): Test {
  return { test: 'and', left, right };
}

function isNull(test: Test): boolean {
  return test.test === 'compare' && test.op === '==' && test.right.kind === 'const' && test.right.value === null;
}

function unclear(pattern: SyntaxNode, place: Place): Test {
  return {
    test: 'opaque',
    text: place.startsWith('%') ? null : pattern.text,
    uses: place.startsWith('%') ? [] : [place],
    range: pattern.span,
  };
}

/** Gives the names in the pattern to the parts of the value in `place`. */
export function bindPattern(cx: Context, pattern: SyntaxNode, place: Place | null, type: string | null = null): void {
  const range = pattern.span;
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_field_identifier': {
      if (/^[A-Z]/.test(pattern.text)) return;
      const { root } = cx.declare(pattern.text, type);
      cx.assign(root, place === null ? { kind: 'opaque', uses: [] } : { kind: 'place', place }, range);
      return;
    }
    case 'match_pattern':
    case 'mut_pattern':
    case 'ref_pattern':
    case 'reference_pattern': {
      const inner = pattern.parts.find((part) => part.type !== 'mutable_specifier' && part.field !== 'condition');
      if (inner) bindPattern(cx, inner, place, type);
      return;
    }
    case 'captured_pattern': {
      const [name, inner] = pattern.parts;
      if (name) bindPattern(cx, name, place, type);
      if (inner) bindPattern(cx, inner, place, type);
      return;
    }
    case 'tuple_pattern':
      return bindTuple(cx, pattern.parts.length > 0 ? elements(pattern) : [], place, range);
    case 'tuple_struct_pattern': {
      const name = segments(pattern.child('type')).at(-1) ?? '';
      const inner = elements(pattern).filter((part) => part?.field !== 'type');
      if (wrappers.has(name) && inner[0]) return bindPattern(cx, inner[0], place, type);
      const gone = failures.has(name) || place === null;
      return inner.forEach((part, index) => part && bindPattern(cx, part, gone ? null : `${place}.${index}`));
    }
    case 'struct_pattern':
      for (const field of pattern.child('body')?.parts ?? pattern.parts) {
        if (field.type !== 'field_pattern') continue;
        const name = field.child('name');
        const inner = field.child('pattern') ?? name;
        if (name && inner) bindPattern(cx, inner, place === null ? null : `${place}.${name.text}`);
      }
      return;
    case 'or_pattern':
      return pattern.parts[0] ? bindPattern(cx, pattern.parts[0], place, type) : undefined;
    default:
  }
}

/** The elements of a tuple in order; null where one is not looked at. */
function elements(pattern: SyntaxNode): (SyntaxNode | null)[] {
  return pattern.children
    .filter((child) => (child.named ? !child.type.endsWith('comment') : child.type === '_'))
    .map((child) => (child.named ? child : null));
}

/** Takes a pair apart in one go: the engine knows what an accept gives. */
function bindTuple(cx: Context, parts: readonly (SyntaxNode | null)[], place: Place | null, range: Span): void {
  if (place === null) return parts.forEach((part) => part && bindPattern(cx, part, null));
  const simple = parts.map((part) => {
    const inner = part?.type === 'mut_pattern' || part?.type === 'ref_pattern' ? (part.parts.at(-1) ?? part) : part;
    return inner?.type === 'identifier' ? inner : null;
  });
  const to = simple.map((part, index): Place | null =>
    part ? cx.declare(part.text, null).root : parts[index] ? cx.frame.temporary() : null,
  );
  cx.emit({ do: 'unpack', to, from: place, range });
  parts.forEach((part, index) => {
    if (part && !simple[index]) bindPattern(cx, part, to[index] ?? null);
  });
}

/** `let PATTERN = value` in a condition: the test, with the names bound where it holds. */
export function letTest(cx: Context, node: SyntaxNode): { test: Test; bind: Stmt[] } {
  const pattern = node.child('pattern');
  const value = node.child('value');
  let place: Place = '%0';
  const before = cx.gather(() => {
    if (value) place = cx.place(cx.parts.operand(cx, value), value.span);
  });
  const test: Test = (pattern ? patternTest(cx, pattern, place) : null) ?? { test: 'always' };
  const bind = cx.gather(() => pattern && bindPattern(cx, pattern, place));
  return { test: withBefore(test, before), bind };
}

/** The statements run before the first leaf of the test. */
export function withBefore(test: Test, before: Stmt[]): Test {
  if (before.length === 0) return test;
  switch (test.test) {
    case 'and':
    case 'or':
      return { ...test, left: withBefore(test.left, before) };
    case 'not':
      return { ...test, of: withBefore(test.of, before) };
    case 'always':
    case 'never': {
      const range = before[0]?.range ?? { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
      return {
        test: 'compare',
        op: test.test === 'always' ? '==' : '!=',
        left: { kind: 'const', value: 0 },
        right: { kind: 'const', value: 0 },
        before,
        range,
      };
    }
    default:
      return { ...test, before: [...before, ...(test.before ?? [])] };
  }
}
