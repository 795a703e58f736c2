/** What names of a Rust file mean: its imports, types, functions and constants. */

import type { Operand } from '../../flow/ir.js';
import type { SyntaxNode } from '../../syntax/tree.js';

export interface MethodInfo {
  id: string;
  name: string;
  node: SyntaxNode;
  hasSelf: boolean;
  result: string | null;
  isTest: boolean;
}

export interface ClassInfo {
  name: string;
  node: SyntaxNode;
  kind: 'struct' | 'enum' | 'trait' | 'other';
  fields: Map<string, string | null>;
  /** Fields that are bare descriptors. */
  descriptors: string[];
  methods: Map<string, MethodInfo>;
  traits: string[];
  /** Its declaration stands in this file. */
  isHere: boolean;
}

/** Wrappers that stand for what they hold. */
const transparent = new Set(
  [
    (
      'Option Result Box Arc Rc Pin Mutex RwLock RefCell Cell Cow ManuallyDrop MaybeUninit OnceCell OnceLock Weak ' +
      'UnsafeCell MutexGuard BoxFuture'
    ).split(' '),
  ].flat(),
);

/** What is in every file without a word (std::prelude). */
const prelude = new Map([
  ['drop', 'std.mem.drop'],
  ['Box', 'std.boxed.Box'],
]);

/** Integers as which descriptors go. */
const descriptorTypes = /(?:^|\.)(?:RawFd|RawSocket|SOCKET|c_int|i32)$/;
const descriptorFields = /^(?:fd|raw_?fd|sock|socket|sock_?fd|socket_?fd|raw|raw_?socket)$/;

export class FileNames {
  /** Name → dotted path. */
  readonly imports = new Map<string, string>();
  readonly stars: string[] = [];
  /** Modules that other files hold (`mod x;`). */
  readonly modules = new Set<string>();
  readonly classes = new Map<string, ClassInfo>();
  readonly functions = new Map<string, MethodInfo>();
  readonly constants = new Map<string, Operand>();
  readonly aliases = new Map<string, SyntaxNode>();

  /** `use a::{b, c::D as E, f::*};` */
  addUse(node: SyntaxNode | null, before: readonly string[] = []): void {
    if (!node) return;
    switch (node.type) {
      case 'identifier':
      case 'self':
      case 'crate':
      case 'super':
      case 'scoped_identifier':
        return this.bind([...before, ...segments(node)], null);
      case 'use_as_clause':
        return this.bind([...before, ...segments(node.child('path'))], node.child('alias')?.text ?? null);
      case 'scoped_use_list':
        for (const part of node.child('list')?.parts ?? []) this.addUse(part, [...before, ...segments(node.child('path'))]);
        return;
      case 'use_list':
        for (const part of node.parts) this.addUse(part, before);
        return;
      case 'use_wildcard':
        this.stars.push([...before, ...segments(node.parts[0] ?? null)].join('.'));
        return;
      default:
    }
  }

  private bind(path: readonly string[], alias: string | null): void {
    const full = path.at(-1) === 'self' && path.length > 1 ? path.slice(0, -1) : path;
    const name = alias ?? full.at(-1) ?? '';
    if (name !== '_' && full.length > 0) this.imports.set(name, full.join('.'));
  }

  /** A path as facts and other files know it. */
  qualify(path: readonly string[], cls: ClassInfo | null): string {
    const [first = '', ...rest] = path;
    const tail = rest.map((part) => `.${part}`).join('');
    if (first === 'Self' && cls) return cls.name + tail;
    if (first === 'self' && rest.length > 0 && (this.classes.has(rest[0] ?? '') || this.functions.has(rest[0] ?? '')))
      return rest.join('.');
    const imported = this.imports.get(first);
    if (imported !== undefined && imported !== first) return imported + tail;
    if (this.classes.get(first)?.isHere || this.functions.has(path.join('.'))) return first + tail;
    if (this.modules.has(first)) return `self.${first}${tail}`;
    if (rest.length === 0 || /^[A-Z]/.test(first)) {
      const star = this.starFor(first);
      if (star !== null) return `${star}.${first}${tail}`;
      return prelude.has(first) ? `${prelude.get(first) ?? first}${tail}` : first + tail;
    }
    return first + tail;
  }

  /** The module that a name comes from that is imported with a star. */
  private starFor(name: string): string | null {
    const able = this.stars.filter((star) => !/(?:^|\.)prelude$/.test(star));
    if (/^(?:Ok|Err|Some|None|Box|Vec|String|drop|Option|Result|Default)$/.test(name)) return null;
    if (/^[a-z]/.test(name) && able.includes('libc')) return 'libc';
    const own = able.filter((star) => star !== 'libc' || /^[A-Z][A-Z\d_]+$/.test(name));
    return own.length === 1 ? (own[0] ?? null) : null;
  }

  /** A type as facts write it; null for type parameters and what has no name. */
  typeOf(node: SyntaxNode | null, cls: ClassInfo | null, depth = 0): string | null {
    if (!node || depth > 6) return null;
    switch (node.type) {
      case 'type_identifier': {
        if (/^[A-Z][A-Z\d]?$/.test(node.text)) return null;
        const alias = this.aliases.get(node.text);
        return alias ? this.typeOf(alias, cls, depth + 1) : this.qualify([node.text], cls);
      }
      case 'scoped_type_identifier':
        return this.qualify(segments(node), cls);
      case 'primitive_type':
        return node.text;
      case 'reference_type':
      case 'pointer_type':
        return this.typeOf(node.child('type'), cls, depth + 1);
      case 'generic_type': {
        const name = segments(node.child('type')).at(-1) ?? '';
        const args = node.child('type_arguments')?.parts.filter((part) => part.type !== 'lifetime') ?? [];
        return transparent.has(name) ? this.typeOf(args[0] ?? null, cls, depth + 1) : this.typeOf(node.child('type'), cls, depth + 1);
      }
      case 'dynamic_type':
      case 'abstract_type':
        return this.typeOf(node.child('trait') ?? node.parts[0] ?? null, cls, depth + 1);
      default:
        return null;
    }
  }

  /** A type of this file, declared here or only given methods. */
  class(name: string, node: SyntaxNode, kind: ClassInfo['kind']): ClassInfo {
    let found = this.classes.get(name);
    if (!found) {
      found = { name, node, kind, fields: new Map(), descriptors: [], methods: new Map(), traits: [], isHere: kind !== 'other' };
      this.classes.set(name, found);
    } else if (kind !== 'other') Object.assign(found, { node, kind, isHere: true });
    return found;
  }

  /** Does dropping an object of the class run code that somebody wrote? */
  hasDrop(cls: ClassInfo): boolean {
    return cls.traits.includes('Drop');
  }

  addFields(cls: ClassInfo, body: SyntaxNode | null): void {
    const add = (name: string, type: SyntaxNode | null): void => {
      const found = this.typeOf(type, cls);
      cls.fields.set(name, found);
      const isNamed = descriptorFields.test(name) || /(?:^|\.)Raw(?:Fd|Socket)$/.test(found ?? '');
      if (
        type &&
        /^(?:type_identifier|scoped_type_identifier|primitive_type)$/.test(type.type) &&
        isNamed &&
        descriptorTypes.test(found ?? '')
      )
        cls.descriptors.push(name);
    };
    (body?.parts ?? [])
      .filter((part) => part.type !== 'visibility_modifier' && part.type !== 'attribute_item')
      .forEach((part, index) =>
        body?.type === 'ordered_field_declaration_list'
          ? add(String(index), part)
          : part.type === 'field_declaration' && add(part.child('name')?.text ?? '', part.child('type')),
      );
  }
}

/** The names of a path, generic arguments left out. */
export function segments(node: SyntaxNode | null): string[] {
  if (!node) return [];
  switch (node.type) {
    case 'scoped_identifier':
    case 'scoped_type_identifier':
      return [...segments(node.child('path')), ...segments(node.child('name'))];
    case 'generic_type':
    case 'generic_function':
      return segments(node.child('type') ?? node.child('function'));
    case 'bracketed_type':
      return segments(node.parts[0] ?? null);
    case 'qualified_type':
      return segments(node.child('type'));
    case 'generic_type_with_turbofish':
      return segments(node.child('type'));
    case 'reference_type':
      return segments(node.child('type'));
    default:
      return node.parts.length === 0 ? [node.text] : [];
  }
}
