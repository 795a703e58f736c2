/** Pointers to memory that a function has made itself: who else knows it, and from where on. */

import type { SyntaxNode } from '../../../syntax/tree.js';
import { declaredBy } from './declarators.js';
import { unwrap } from './nodes.js';
import type { Definition, Unit } from './unit.js';

/** Allocators of the C library, and what programs name after them. */
const allocates = /^(\w*_)?[xezsk]?(m|c|z|re)alloc0?$/;
/** Functions that keep no pointer they are given. */
const keepsNothing = /(^|_)(free|memset|memcpy|bzero|sizeof|pthread_create|thrd_create|epoll_ctl)$/;
/** Functions of the file that are looked into, one inside the other. */
const maxDepth = 3;

/** From where to where in a text a pointer is new memory that nobody else knows, if these functions of other files give such. */
interface Stretch {
  from: number;
  to: number;
  makers: readonly string[];
}

/** Stretches by the names of pointers. */
export type Fresh = ReadonlyMap<string, readonly Stretch[]>;

/** What a pointer is given: new memory, what a function of another file gives, or anything else. */
interface Given {
  node: SyntaxNode;
  how: 'new' | 'other' | { maker: string };
}

/** Does nobody else know what a pointer reaches at this offset? Names of functions of other files that must give new memory for that. */
export function freshAt(fresh: Fresh, name: string, at: number): readonly string[] | null {
  return fresh.get(name)?.find(({ from, to }) => from <= at && at <= to)?.makers ?? null;
}

export function freshPointers(unit: Unit, body: SyntaxNode, depth = maxDepth): Fresh {
  const given = givenIn(unit, body, depth);
  const names = new Set([...given].filter(([, all]) => all.some(({ how }) => how !== 'other')).map(([name]) => name));
  const exposed = new Map<string, number[]>();
  const expose = (name: string, at: number): void => void (names.has(name) && exposed.set(name, [...(exposed.get(name) ?? []), at]));
  const visit = (node: SyntaxNode): void => {
    const target = node.type === 'assignment_expression' ? node.child('left') : null;
    const value = target && node.child('right');
    // Put into another object: others know it.
    if (target && value && unwrap(target).type !== 'identifier') expose(innermost(value), node.start);
    if (node.type === 'call_expression') for (const name of keptBy(unit, node, names, depth)) expose(name, node.start);
    node.children.forEach(visit);
  };
  if (names.size > 0) visit(body);
  return new Map([...names].map((name) => [name, stretchesOf(given.get(name) ?? [], exposed.get(name) ?? [])]));
}

/** A pointer that is never anything else is new until others know it; else each time from where it is made. */
function stretchesOf(given: readonly Given[], exposed: readonly number[]): Stretch[] {
  if (given.every(({ how }) => how === 'new')) return [{ from: 0, to: Math.min(Infinity, ...exposed), makers: [] }];
  return given.flatMap((one) => {
    if (one.how === 'other') return [];
    const ends = [...given.flatMap(({ node }) => (node === one.node ? [] : [node.start])), ...exposed].filter((at) => at > one.node.start);
    return [
      { from: one.node.start, to: Math.min(blockOf(one.node).end, ...ends), makers: typeof one.how === 'object' ? [one.how.maker] : [] },
    ];
  });
}

/** The innermost block, branch or case that a node stands in: behind it another value may have come from elsewhere. */
function blockOf(node: SyntaxNode): SyntaxNode {
  for (let at = node; at.parent; at = at.parent) {
    if (/^(compound|case)_statement$/.test(at.type)) return at;
    if (/_statement$/.test(at.type) && /^(if|while|do|for|labeled)_statement$|^else_clause$/.test(at.parent.type)) return at;
  }
  return node;
}

/** What each pointer is given, NULL apart. */
function givenIn(unit: Unit, body: SyntaxNode, depth: number): Map<string, Given[]> {
  const found = new Map<string, Given[]>();
  const visit = (node: SyntaxNode): void => {
    const target =
      node.type === 'init_declarator' ? node.child('declarator') : node.type === 'assignment_expression' ? node.child('left') : null;
    const value = node.child(node.type === 'init_declarator' ? 'value' : 'right');
    // `*p = fd` puts something into the memory, it is no other memory.
    if (target && value && !(node.type === 'assignment_expression' && unwrap(target).type === 'pointer_expression')) {
      const name = target.text.replace(/^[*\s]+/, '');
      const inner = unwrap(value);
      const how = makes(unit, inner, depth) ? 'new' : (makerOf(unit, inner) ?? 'other');
      if (how !== 'other' || (inner.type !== 'null' && !(inner.type === 'number_literal' && inner.text === '0')))
        found.set(name, [...(found.get(name) ?? []), { node, how }]);
    }
    node.children.forEach(visit);
  };
  visit(body);
  return found;
}

/** A function of another file that is called, for others to see what it gives. */
function makerOf(unit: Unit, call: SyntaxNode): { maker: string } | null {
  const fn = call.type === 'call_expression' ? call.child('function') : null;
  return fn?.type === 'identifier' && !unit.functions.has(fn.text) ? { maker: fn.text } : null;
}

/** What was found out about a file's functions. */
const known = new WeakMap<Unit, Map<string, boolean>>();

function remembered(unit: Unit, key: string, find: () => boolean): boolean {
  let answers = known.get(unit);
  if (!answers) known.set(unit, (answers = new Map<string, boolean>()));
  let answer = answers.get(key);
  if (answer === undefined) answers.set(key, (answer = find()));
  return answer;
}

/** Does a call give new memory that nobody else knows? A function of the file does that returns what it has made. */
function makes(unit: Unit, call: SyntaxNode, depth: number): boolean {
  if (call.type !== 'call_expression') return false;
  const name = call.child('function')?.text ?? '';
  return (
    allocates.test(name) ||
    (depth > 0 && unit.functions.has(name) && remembered(unit, `${depth} ${name}`, () => returnsNew(unit, name, depth - 1)))
  );
}

/** Does a function give new memory, or NULL, and nothing else? */
export function givesNew(unit: Unit, name: string): boolean {
  return remembered(unit, `${maxDepth} ${name}`, () => returnsNew(unit, name, maxDepth - 1));
}

function returnsNew(unit: Unit, name: string, depth: number): boolean {
  const node = definitionOf(unit, name)?.node;
  const body = node?.child('declarator')?.type === 'pointer_declarator' ? node.child('body') : null;
  const returned = body ? returnsIn(body).filter((value) => value.type !== 'null' && value.text !== '0') : [];
  if (!body || returned.length === 0 || !returned.every(({ type }) => type === 'identifier' || type === 'call_expression')) return false;
  const fresh = freshPointers(unit, body, depth);
  const isNew = (name: string): boolean => fresh.get(name)?.every(({ to, makers }) => to === Infinity && makers.length === 0) === true;
  return returned.every((value) => (value.type === 'identifier' ? isNew(value.text) : makes(unit, value, depth)));
}

function definitionOf(unit: Unit, name: string): Definition | undefined {
  return unit.definitions.find(({ id }) => id === unit.functions.get(name));
}

function returnsIn(node: SyntaxNode): SyntaxNode[] {
  if (node.type === 'return_statement') return node.parts[0] ? [unwrap(node.parts[0])] : [];
  return node.children.flatMap(returnsIn);
}

/** Of these names those among the arguments that the called function may put where others find them. */
function keptBy(unit: Unit, call: SyntaxNode, names: ReadonlySet<string>, depth: number): string[] {
  const name = call.child('function')?.text ?? '';
  if (keepsNothing.test(name)) return [];
  const args = call.child('arguments')?.parts ?? [];
  return args.flatMap((arg, index) => {
    const given = unwrap(arg).text;
    return names.has(given) &&
      !(
        depth > 0 &&
        unit.functions.has(name) &&
        remembered(unit, `${depth} ${name} ${index}`, () => worksOnly(unit, name, index, depth - 1))
      )
      ? [given]
      : [];
  });
}

/** Does a function of the file only work on what this parameter points to? */
function worksOnly(unit: Unit, name: string, index: number, depth: number): boolean {
  const definition = definitionOf(unit, name);
  const body = definition?.node.child('body');
  const param = definition?.declarator.child('parameters')?.parts[index];
  const [own] = param ? declaredBy(param) : [];
  if (!body || !own || own.pointers !== 1) return false;
  const names = new Set([own.name]);
  const keeps = (node: SyntaxNode): boolean => {
    const value =
      node.type === 'init_declarator'
        ? node.child('value')
        : node.type === 'assignment_expression'
          ? node.child('right')
          : node.type === 'return_statement'
            ? node.parts[0]
            : null;
    if (value && innermost(value) === own.name) return true;
    return (node.type === 'call_expression' && keptBy(unit, node, names, depth).length > 0) || node.children.some(keeps);
  };
  return !keeps(body);
}

/** `a = b = malloc(…)`: the name in the middle. */
function innermost(value: SyntaxNode): string {
  const inner = unwrap(value);
  return inner.type === 'assignment_expression' ? (inner.child('left')?.text ?? '') : inner.text;
}
