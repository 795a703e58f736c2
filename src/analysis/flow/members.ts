/** Who can see the fields of an object: the methods of its class, of bases and subclasses, and functions that take it. */

import type { FunctionIr, Place } from './ir.js';
import { namePattern } from './name-pattern.js';
import type { Program } from './program.js';
import { fewNaming } from './unit.js';
import type { Unit } from './unit.js';

/** A function with the name by which it knows the object. */
export interface Member {
  fn: FunctionIr;
  self: Place;
}

export interface Members {
  members: readonly Member[];
  /** Others may reach the field: another function names such a field of something unknown. */
  open: boolean;
  /** So may a base that is not here. */
  foreign: boolean;
  /** Methods may stand in files that are not here. */
  partial: boolean;
  /** Something closes what its objects hold when they go. */
  destroyed: boolean;
}

/** Functions of other files that are looked through for the field at most. */
const maxOthers = 60;
/** Files that are looked into for functions that free an object. */
const maxFiles = 4 * maxOthers;

/** The plain name of a pointed-to type: `*Client`, `const struct conn *` are `Client`, `conn`. */
export function plainType(type: string | null | undefined): string | null {
  const name = (type ?? '')
    .replace(/\b(?:const|volatile|struct|restrict)\s+/g, '')
    .replace(/[*&]/g, '')
    .trim();
  return /^[^\s()[\]{},]+$/.test(name) ? name : null;
}

/** Those of the class, its bases and the file at hand who can reach `field` (its first component). */
export function membersOf(program: Program, owner: string, field: string): Members {
  return remembered(program, `members ${owner} ${componentOf(field)}`, () => collect(program, owner, componentOf(field)));
}

/** Those of other files: functions that take such objects, methods of what is derived from the class. */
export function othersOf(program: Program, owner: string, field: string): Pick<Members, 'members' | 'open'> {
  return remembered(program, `others ${owner} ${componentOf(field)}`, () => collectOthers(program, owner, componentOf(field)));
}

/** Functions that take such objects and free memory, in files that name the field: they may end an object without a look at it. */
export function destroyersOf(program: Program, owner: string, field: string): readonly Member[] {
  const pattern = program.facts.wordsOf((fact) => fact.frees !== undefined);
  if (!pattern) return [];
  const component = componentOf(field);
  return remembered(program, `destroyers ${owner} ${component}`, () => {
    const { related } = relatives(program, owner);
    const type = owner.slice(owner.lastIndexOf(':') + 1);
    const units = new Set([program.unit, ...((/^\w+$/.test(component) && program.naming(component, maxFiles)) || [])]);
    const freeing = [...units].flatMap((unit) =>
      unit.holding(pattern).flatMap((decl) => (unit.text.slice(decl.start, decl.end).includes(type) ? unit.functionsIn(decl) : [])),
    );
    return freeing.length > maxOthers ? [] : reaching(program, owner, freeing, related, component, new Set()).members;
  });
}

/** Who can see one of several fields. */
export function joined<M extends Pick<Members, 'members' | 'open'>>(
  each: readonly M[],
): M & Pick<Members, 'partial' | 'foreign' | 'destroyed'> {
  const members = new Map(each.flatMap((one) => one.members.map((member) => [member.fn, member] as const)));
  const any = (key: 'open' | 'partial' | 'foreign' | 'destroyed'): boolean => each.some((one) => (one as Partial<Members>)[key] === true);
  return {
    ...(each[0] as M),
    members: [...members.values()],
    open: any('open'),
    partial: any('partial'),
    foreign: any('foreign'),
    destroyed: any('destroyed'),
  };
}

function remembered<T>(program: Program, key: string, make: () => T): T {
  const known = program.members.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  program.members.set(key, made);
  return made;
}

function componentOf(field: string): string {
  return /^[^.[]*/.exec(field)?.[0] ?? field;
}

function collect(program: Program, owner: string, component: string): Members {
  const { related, foreign, destroyed } = relatives(program, owner);
  const methods = methodsOf(program, related);
  const around = reaching(program, owner, functionsIn(program.unit, component), related, component, new Set(methods.map(({ fn }) => fn)));
  // Where no method stands inside the type's own text, methods may stand in other files.
  const range = program.class(owner)?.range;
  const inside = methods.some(
    ({ fn }) =>
      range !== undefined &&
      fn.className === owner &&
      !fn.isImplicit &&
      fn.range.startLine >= range.startLine &&
      fn.range.endLine <= range.endLine,
  );
  return { members: [...methods, ...around.members], open: around.open, foreign, partial: !inside && !program.isWhole, destroyed };
}

function collectOthers(program: Program, owner: string, component: string): Pick<Members, 'members' | 'open'> {
  const { related } = relatives(program, owner);
  const methods = new Set(methodsOf(program, related).map(({ fn }) => fn));
  const units = program.naming(component, maxOthers);
  const functions = units && fewNaming(units, component, maxOthers);
  if (!functions || functions.length > maxOthers) return { members: [], open: true };
  return reaching(program, owner, functions, related, component, methods);
}

function methodsOf(program: Program, classes: ReadonlySet<string>): Member[] {
  const ids = [...classes].flatMap((name) => Object.values(program.class(name)?.methods ?? {}));
  return [...new Set(ids)].flatMap((id) => {
    const fn = program.function(id);
    return fn?.receiver ? [{ fn, self: fn.receiver }] : [];
  });
}

/** Of functions that name the field those that get the object; `open` when one may reach it in another way. */
function reaching(
  program: Program,
  owner: string,
  functions: readonly FunctionIr[],
  related: ReadonlySet<string>,
  component: string,
  known: ReadonlySet<FunctionIr>,
): Pick<Members, 'members' | 'open'> {
  const members: Member[] = [];
  let open = false;
  for (const fn of functions) {
    if (known.has(fn)) continue;
    // What only has a base with it in common is another object.
    const heir = fn.receiver !== null && fn.className !== null && program.hasBase(fn.className, owner);
    const param = fn.params.find((one) => related.has(plainType(one.type) ?? ''));
    if (heir) members.push({ fn, self: fn.receiver ?? '' });
    else if (param) members.push({ fn, self: param.name });
    else open ||= mentions(program, fn, related, component);
  }
  return { members, open };
}

/** A class, its bases and what is derived from it. */
function relatives(program: Program, owner: string): { related: ReadonlySet<string>; foreign: boolean; destroyed: boolean } {
  const related = new Set([owner, ...program.ownClasses.filter((cls) => program.hasBase(cls.name, owner)).map((cls) => cls.name)]);
  let foreign = false;
  let destroyed = false;
  const interfaces = new Set<string>();
  for (const name of related) {
    const cls = program.class(name);
    if (!cls) foreign ||= name !== owner && !program.facts.isPlainBase(name) && !interfaces.has(name);
    destroyed ||= cls?.hasDestructor ?? false;
    for (const base of cls?.interfaces ?? []) interfaces.add(base);
    for (const base of cls?.bases ?? []) related.add(base);
  }
  return { related, foreign, destroyed };
}

/** Can nobody but methods of its class get what it returns? Classes inside and around it could. */
export function staysInside(program: Program, fn: FunctionIr): boolean {
  return (
    fn.isPrivate === true &&
    functionsIn(program.unitOf(fn), fn.name).every(
      ({ className }) => className === fn.className || (className !== null && outermost(className) !== outermost(fn.className ?? '')),
    )
  );
}

/** Of a class's name within its file (`file::Outer.Inner`) the first part. */
function outermost(className: string): string {
  return className.slice(className.lastIndexOf(':') + 1).split('.')[0] ?? '';
}

/** Functions of a file whose text names the field. */
function functionsIn(unit: Unit, component: string): readonly FunctionIr[] {
  if (!/^\w+$/.test(component)) return [];
  return unit.holding(new RegExp(`\\b${namePattern(component)}\\b`, 'g')).flatMap((decl) => unit.functionsIn(decl));
}

/** Does a function name this field of something that may be such an object? */
function mentions(program: Program, fn: FunctionIr, related: ReadonlySet<string>, component: string): boolean {
  const suffix = new RegExp(`\\.${namePattern(component)}(?![\\w$])`);
  return placesIn(fn).some((place) => {
    const at = suffix.exec(place)?.index ?? -1;
    if (at <= 0) return false;
    const holder = place.slice(0, at);
    const type = holder === fn.receiver ? fn.className : plainType(program.classOf(fn, holder, null));
    return type === null || related.has(type) || !program.class(type);
  });
}

/** Does a member name this field of its object, or the object as a whole? */
export function reaches({ fn, self }: Member, field: string): boolean {
  const own = `${self}.${/^[^.[]*/.exec(field)?.[0] ?? field}`;
  return placesIn(fn).some((place) => place === self || place === own || place.startsWith(`${own}.`) || place.startsWith(`${own}[`));
}

const named = new WeakMap<FunctionIr, readonly Place[]>();

/** Every place that a function's statements name. */
function placesIn(fn: FunctionIr): readonly Place[] {
  let places = named.get(fn);
  if (!places) named.set(fn, (places = collectPlaces(fn.body)));
  return places;
}

function collectPlaces(body: FunctionIr['body']): Place[] {
  const places = new Set<Place>();
  const take = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (placeKeys.has(key)) places.add(value);
    } else if (Array.isArray(value)) for (const item of value) take(item, key);
    else if (value && typeof value === 'object') for (const [name, inner] of Object.entries(value)) if (name !== 'range') take(inner, name);
  };
  take(body, '');
  return [...places];
}

/** Keys of the IR under which places stand. */
const placeKeys = new Set(['place', 'uses', 'receiver', 'to', 'from', 'results', 'places', 'bind']);
