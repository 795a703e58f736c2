/** What a C++ file says outside its functions, beside what C says: classes, namespaces, aliases, methods wherever they stand. */

import type { SyntaxNode, SyntaxTree } from '../../syntax/tree.js';
import { declaredBy, functionDeclarator } from '../shared/cfamily/declarators.js';
import type { Declared } from '../shared/cfamily/declarators.js';
import { standsInFor } from '../shared/cfamily/symbols.js';
import { isStatic as isLocalToFile, readUnit } from '../shared/cfamily/unit.js';
import type { Definition, Unit } from '../shared/cfamily/unit.js';
import { dotted, lastOf, shapeOf } from './types.js';
import type { Shape } from './types.js';

/** Where declarations from headers stand behind the file's own text. */
export const elsewhereNamespace = 'closewait_elsewhere';

/** The destructor, by whatever name the class has. */
export const destructor = '~';

export interface CppDefinition extends Definition {
  name: string;
  kind: 'function' | 'method' | 'constructor';
  className: string | null;
  isStatic: boolean;
}

export interface Field extends Pick<Declared, 'name' | 'type' | 'pointers' | 'isArray' | 'isReference'> {
  shape: Shape;
  /** Its initial value in the class. */
  value: SyntaxNode | null;
}

export interface ClassInfo {
  name: string;
  bases: string[];
  fields: Map<string, Field>;
  /** Methods with a body in this file, by name; several of one name. */
  methods: Map<string, CppDefinition[]>;
  /** All methods that are declared. */
  declared: Map<string, { isStatic: boolean; isAbstract: boolean }>;
  /** How the destructor is written: not at all, without a body here, with one, `= default`. */
  destructor: 'none' | 'declared' | 'defined';
  node: SyntaxNode;
  nameNode: SyntaxNode;
  /** The class's declaration stands in this file. */
  isHere: boolean;
}

export interface CppUnit extends Unit {
  definitions: CppDefinition[];
  classes: Map<string, ClassInfo>;
  aliases: Map<string, string>;
  /** What the first part of a name stands for: `using a::b::tcp`, `namespace x = a::b`, `using tcp = a::b::tcp`. */
  namespaces: Map<string, string>;
}

export function readCppUnit(tree: SyntaxTree): CppUnit {
  const base = readUnit(tree);
  base.definitions.length = 0;
  base.functions.clear();
  const unit: CppUnit = { ...base, definitions: [], classes: new Map(), aliases: new Map(), namespaces: new Map() };
  // Classes of headers first: by them a name before `::` is known for a class.
  for (const node of tree.root.children) if (isElsewhere(node)) readScope(node, unit, { owner: null, isHere: false });
  readScope(tree.root, unit, { owner: null, isHere: true });
  for (const cls of unit.classes.values()) for (const field of cls.fields.values()) field.shape = shapeIn(unit, field.type);
  return unit;
}

/** A type's shape, with the file's aliases; names of its classes plain. */
export function shapeIn(unit: CppUnit, type: string): Shape {
  const found = shapeOf(type, (name) => unit.aliases.get(name));
  return { ...found, name: classNamed(unit, found.name)?.name ?? wholeName(unit, found.name) };
}

/** How many parameters a function has. */
export function takenBy({ declarator }: CppDefinition): number {
  const parts = declarator.child('parameters')?.parts ?? [];
  return parts.length === 1 && parts[0]?.text === 'void' ? 0 : parts.length;
}

function grouped(all: readonly CppDefinition[]): ReadonlyMap<string, readonly CppDefinition[]> {
  const groups = new Map<string, CppDefinition[]>();
  for (const one of all) if (one.className === null) groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
  return groups;
}

const byName = new WeakMap<CppUnit, ReadonlyMap<string, readonly CppDefinition[]>>();

/** Functions of no class that have this name; asked when all of the file is read. */
export function functionsNamed(unit: CppUnit, name: string): readonly CppDefinition[] {
  let known = byName.get(unit);
  if (!known) byName.set(unit, (known = grouped(unit.definitions)));
  return known.get(name) ?? [];
}

/** Do functions of this name, and of no class, differ in how much they take? (Those of `#if` and `#else` do not.) */
export function isOverloaded(unit: CppUnit, name: string): boolean {
  return new Set(functionsNamed(unit, name).map(takenBy)).size > 1;
}

/** A class of the file that a name means, whatever namespaces it names. */
export function classNamed(unit: CppUnit, name: string): ClassInfo | null {
  return unit.classes.get(name) ?? unit.classes.get(lastOf(name)) ?? null;
}

interface Scope {
  owner: ClassInfo | null;
  isHere: boolean;
}

const opens =
  /^(translation_unit|namespace_definition|declaration_list|linkage_specification|template_declaration|field_declaration_list|preproc_\w+|ERROR)$/;

function readScope(node: SyntaxNode, unit: CppUnit, scope: Scope): void {
  for (const child of node.children) {
    if (child.type === 'function_definition') define(child, unit, scope);
    else if (/^(class|struct|union)_specifier$/.test(child.type)) readClass(child, unit, scope);
    else if (child.type === 'field_declaration' || child.type === 'declaration') declare(child, unit, scope);
    else if (child.type === 'type_definition') readTypedef(child, unit, scope);
    else if (child.type === 'alias_declaration') readAlias(child, unit);
    else if (child.type === 'namespace_alias_definition' || child.type === 'using_declaration') readUsing(child, unit);
    else if (isElsewhere(child)) continue;
    else if (opens.test(child.type)) readScope(child, unit, scope);
  }
}

function isElsewhere(node: SyntaxNode): boolean {
  return node.type === 'namespace_definition' && node.child('name')?.text === elsewhereNamespace;
}

function readTypedef(node: SyntaxNode, unit: CppUnit, scope: Scope): void {
  const type = node.child('type');
  const name = node.child('declarator');
  const tag = type?.child('body') === null ? type.child('name') : null;
  // `typedef struct foo_s foo_t;`
  if (tag && name?.type === 'type_identifier' && tag.text !== name.text) unit.aliases.set(name.text, tag.text);
  else if (type && /^(class|struct|union)_specifier$/.test(type.type))
    readClass(type, unit, scope, name?.type === 'type_identifier' ? name : null);
  else if (type && name?.type === 'type_identifier') unit.aliases.set(name.text, type.text);
}

function readAlias(node: SyntaxNode, unit: CppUnit): void {
  const name = node.child('name')?.text ?? '';
  const type = node.child('type')?.text ?? '';
  unit.aliases.set(name, type);
  if (/^[\w:]+$/.test(type) && lastOf(dotted(type)) !== dotted(type)) unit.namespaces.set(name, dotted(type));
}

/** `using boost::asio::ip::tcp;`, `namespace asio = boost::asio;` */
function readUsing(node: SyntaxNode, unit: CppUnit): void {
  const target = node.parts.find(
    (part) => /^(qualified|nested_namespace|namespace)_(identifier|specifier)$/.test(part.type) && part.text.includes('::'),
  );
  const name = dotted(target?.text ?? '');
  if (name === '' || node.has('namespace') === (node.type === 'using_declaration')) return;
  unit.namespaces.set(node.type === 'using_declaration' ? lastOf(name) : (node.child('name')?.text ?? ''), name);
}

/** A dotted name as it is written whole, where its first part stands for more. */
export function wholeName(unit: CppUnit, name: string): string {
  let whole = name;
  for (let depth = 0; depth < 4; depth += 1) {
    const first = /^[^.]*/.exec(whole)?.[0] ?? '';
    const meant = unit.namespaces.get(first);
    if (meant === undefined || meant === first || meant.startsWith(`${first}.`) || unit.classes.has(first)) return whole;
    whole = meant + whole.slice(first.length);
  }
  return whole;
}

function emptyClass(node: SyntaxNode, nameNode: SyntaxNode, name: string, isHere: boolean): ClassInfo {
  return { name, bases: [], fields: new Map(), methods: new Map(), declared: new Map(), destructor: 'none', node, nameNode, isHere };
}

function readClass(node: SyntaxNode, unit: CppUnit, scope: Scope, alias: SyntaxNode | null = null): void {
  const body = node.child('body');
  const nameNode = node.child('name') ?? alias;
  if (!body || !nameNode) return;
  const name = lastOf(dotted(nameNode.text));
  const known = unit.classes.get(name);
  if (known?.isHere && known.node !== known.nameNode) return;
  const cls = emptyClass(node, nameNode, name, scope.isHere);
  if (known) for (const [method, list] of known.methods) cls.methods.set(method, list);
  unit.classes.set(name, cls);
  if (alias && alias !== nameNode) unit.aliases.set(alias.text, name);
  const clause = node.first('base_class_clause');
  for (const base of clause?.parts ?? [])
    if (/^(type_identifier|qualified_identifier|template_type)$/.test(base.type)) cls.bases.push(dotted(base.text));
  readScope(body, unit, { owner: cls, isHere: scope.isHere });
}

/** A declaration: fields, methods without a body; functions that end the process. */
function declare(node: SyntaxNode, unit: CppUnit, scope: Scope): void {
  const type = node.child('type');
  if (type && /^(class|struct|union)_specifier$/.test(type.type)) readClass(type, unit, scope);
  const { owner } = scope;
  if (!owner) return;
  const isStatic = node.children.some((child) => child.type === 'storage_class_specifier' && child.text === 'static');
  for (const declarator of node.all('declarator')) {
    const fn = functionIn(declarator);
    if (!fn) continue;
    const name = fn.child('declarator')?.text ?? '';
    if (name.startsWith('~')) owner.destructor = 'declared';
    else owner.declared.set(name, { isStatic, isAbstract: node.child('default_value')?.text === '0' });
  }
  if (node.child('declarator') === null) return;
  for (const declared of declaredBy(node)) {
    if ((declared.isFunction && declared.pointers === 0) || isStatic) continue;
    owner.fields.set(declared.name, { ...declared, shape: shapeOf(declared.type), value: node.all('default_value')[0] ?? null });
  }
}

function functionIn(declarator: SyntaxNode): SyntaxNode | null {
  for (
    let at: SyntaxNode | null = declarator;
    at;
    at = at.child('declarator') ?? at.parts.find((part) => /_declarator$/.test(part.type)) ?? null
  ) {
    if (at.type === 'function_declarator') return at.child('declarator')?.type === 'parenthesized_declarator' ? null : at;
  }
  return null;
}

function define(node: SyntaxNode, unit: CppUnit, scope: Scope): void {
  const declarator = functionDeclarator(node) ?? node.child('declarator');
  const full = declarator?.child('declarator');
  const body = node.child('body');
  if (!declarator || !full) return;
  const { path, nameNode } = splitName(full);
  const owner = path.length > 0 ? ownerNamed(unit, path.at(-1) ?? '', nameNode, full) : scope.owner;
  const isDestructor = nameNode.type === 'destructor_name';
  const name = isDestructor ? destructor : nameNode.type === 'operator_cast' ? 'operator' : dotted(nameNode.text);
  if (!body) {
    // `= default`, `= delete`: nothing of its own.
    if (scope.owner && !isDestructor) scope.owner.declared.set(name, { isStatic: false, isAbstract: false });
    return;
  }
  if (/^(catch|if|for|while|switch|namespace)$/.test(name)) return;
  const isStatic = isLocalToFile(node) || (owner?.declared.get(name)?.isStatic ?? false);
  const kind = !owner ? ('function' as const) : name === owner.name ? ('constructor' as const) : ('method' as const);
  const plain = owner ? `${owner.name}.${name}` : name;
  const count = unit.definitions.filter((one) => one.id === plain || one.id.startsWith(`${plain}#`)).length;
  const definition: CppDefinition = {
    id: count === 0 ? plain : `${plain}#${count + 1}`,
    node,
    nameNode,
    declarator,
    name,
    kind,
    className: owner?.name ?? null,
    isStatic: owner !== null && isStatic,
  };
  unit.definitions.push(definition);
  if (owner) {
    owner.methods.set(name, [...(owner.methods.get(name) ?? []), definition]);
    owner.declared.set(name, { isStatic, isAbstract: false });
    if (isDestructor) owner.destructor = 'defined';
  } else if (!unit.functions.has(name) && !(isGlobal(node) && standsInFor(name, takenBy(definition), isStatic)))
    unit.functions.set(name, definition.id);
}

/** Is it in no namespace? */
function isGlobal(node: SyntaxNode): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.type === 'namespace_definition') return false;
  return true;
}

/** `a::B<T>::f`: the names before the last, and the node of the last. */
function splitName(full: SyntaxNode): { path: string[]; nameNode: SyntaxNode } {
  const path: string[] = [];
  let at = full;
  while (at.type === 'qualified_identifier') {
    const scope = at.child('scope');
    if (scope) path.push(dotted(scope.text));
    const next = at.child('name');
    if (!next) break;
    at = next;
  }
  return { path, nameNode: at };
}

/** `X::f` where X is a class, known or not; null for a namespace: those are in small letters and declare no such method. */
function ownerNamed(unit: CppUnit, name: string, nameNode: SyntaxNode, full: SyntaxNode): ClassInfo | null {
  const known = unit.classes.get(name);
  if (known) return known;
  const special = nameNode.type === 'destructor_name' || nameNode.text === name;
  if (!special && !/^[A-Z_]|[a-z][A-Z]|_t$/.test(name)) return null;
  const cls = emptyClass(full, full, name, false);
  unit.classes.set(name, cls);
  return cls;
}
